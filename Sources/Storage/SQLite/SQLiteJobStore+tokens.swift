import GRDB
package import PipelineCore

extension SQLiteJobStore {
    package func add(_ token: TokenRecord) async throws {
        try await write { db in try db.put(token) }
    }

    package func issue(_ token: TokenRecord, at time: Int) async throws {
        try await write { db in
            let known = try db.tokens(
                "digest = ? OR name = ? AND role = ?",
                [token.digest.data, token.name, token.role.rawValue])
            for known in known where known.isInTheWay(of: token, at: time) {
                guard known.isSame(as: token) else {
                    throw StoreError.tokenExists(name: known.name, role: known.role)
                }
                return
            }
            try db.put(token)
        }
    }

    package func token(_ digest: SHA256Digest) async throws -> TokenRecord? {
        try await read { db in try db.tokens("digest = ?", [digest.data]).first }
    }

    package func tokens() async throws -> [TokenRecord] {
        try await read { db in try db.tokens("true", []) }
    }

    package func revoke(
        _ name: String, _ role: Role?, at time: Int
    ) async throws -> [TokenRecord] {
        try await write { db in
            let isMeant = "name = ? AND role = ifnull(?, role)"
            let which: StatementArguments = [name, role?.rawValue]
            try db.execute(
                sql: "UPDATE token SET revoked = ? WHERE revoked IS NULL AND \(isMeant)",
                arguments: [time] + which)
            let tokens = try db.tokens(isMeant, which)
            guard !tokens.isEmpty else { throw StoreError.unknownToken(name: name) }
            return tokens
        }
    }

    package func used(_ digest: SHA256Digest, at time: Int) async throws {
        try await write { db in
            try db.execute(
                sql: """
                    UPDATE token SET last_used = max(ifnull(last_used, :time), :time)
                    WHERE digest = :digest
                    """, arguments: ["digest": digest.data, "time": time])
        }
    }
}

extension Database {
    /// The tokens of which `condition` holds, by name and role.
    fileprivate func tokens(
        _ condition: String, _ arguments: StatementArguments
    ) throws -> [TokenRecord] {
        let statement = try cachedStatement(
            sql: """
                SELECT digest, role, name, created, expires, last_used, revoked
                FROM token WHERE \(condition) ORDER BY name, role
                """)
        return try Row.fetchAll(statement, arguments: arguments).map { try $0.tokenRecord() }
    }

    /// Adds a token, or puts it in the place of the one of its name and role.
    fileprivate func put(_ token: TokenRecord) throws {
        try execute(
            sql: """
                INSERT OR REPLACE INTO token
                    (digest, role, name, created, expires, last_used, revoked)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                token.digest.data, token.role.rawValue, token.name, token.created, token.expires,
                token.lastUsed, token.revoked,
            ])
    }
}
