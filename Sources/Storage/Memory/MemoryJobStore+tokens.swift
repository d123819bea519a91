package import PipelineCore

extension MemoryJobStore {
    package func add(_ token: TokenRecord) {
        records.removeAll { known in
            known.digest == token.digest || (known.name == token.name && known.role == token.role)
        }
        records.append(token)
    }

    package func issue(_ token: TokenRecord, at time: Int) throws(StoreError) {
        for known in records where known.isInTheWay(of: token, at: time) {
            guard known.isSame(as: token) else {
                throw .tokenExists(name: known.name, role: known.role)
            }
            return
        }
        add(token)
    }

    package func token(_ digest: SHA256Digest) -> TokenRecord? {
        records.first { $0.digest == digest }
    }

    package func tokens() -> [TokenRecord] {
        records.sorted { ($0.name, $0.role.rawValue) < ($1.name, $1.role.rawValue) }
    }

    package func revoke(
        _ name: String, _ role: Role?, at time: Int
    ) throws(StoreError) -> [TokenRecord] {
        let isMeant = { (token: TokenRecord) in
            token.name == name && (role == nil || token.role == role)
        }
        guard records.contains(where: isMeant) else { throw .unknownToken(name: name) }
        for place in records.indices where isMeant(records[place]) {
            records[place].revoked = records[place].revoked ?? time
        }
        return tokens().filter(isMeant)
    }

    package func used(_ digest: SHA256Digest, at time: Int) {
        guard let place = records.firstIndex(where: { $0.digest == digest }) else { return }
        records[place].lastUsed = max(records[place].lastUsed ?? time, time)
    }
}

extension TokenRecord {
    /// Whether `other` cannot be issued at `time`, or need not be.
    ///
    /// A token that ever counted stays what it was: issuing it anew would take a revocation back.
    func isInTheWay(of other: TokenRecord, at time: Int) -> Bool {
        digest == other.digest
            || name == other.name && role == other.role && state(at: time) == .valid
    }

    /// Whether issuing `other` asks for what is there.
    func isSame(as other: TokenRecord) -> Bool {
        digest == other.digest && name == other.name && role == other.role
            && expires == other.expires && revoked == nil
    }
}
