/// The share of a run's shards that is computed twice, by workers of different hosts, and compared.
///
/// Which shards those are follows from the run and the shard alone, so that it is the same on every
/// day. Besides, whatever a host delivers first is audited, until ``probation`` of its images have
/// been: a host that always lies in one image of twenty gives itself away in the first 64 of them with
/// 96 in a hundred, since 0.95⁶⁴ < 0.04, and in all 128 with 99.8.
package struct AuditShare: Sendable, Hashable {
    /// Of a hundred shards, so many; above 0, and 100 at most.
    package let percent: Double

    /// Nil for what is no share of a hundred.
    package init?(percent: Double) {
        guard percent > 0, percent <= 100 else { return nil }
        self.percent = percent
    }

    /// How many images of a host are audited before the share is.
    package static let probation = 128

    /// Whether a shard takes a second opinion when a host delivers it, that has delivered so many
    /// images of the run before.
    package func includes(shard: Int, of run: RunID, delivered: Int) -> Bool {
        delivered < Self.probation || Self.place(of: shard, in: run) < percent / 100
    }

    /// A number from 0 up to 1, as good as drawn by lot for each shard.
    static func place(of shard: Int, in run: RunID) -> Double {
        let digest = SHA256Digest(of: Array("audit \(run) \(shard)".utf8))
        let number = digest.bytes.prefix(6).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Double(number) / Double(UInt64(1) << 48)
    }
}

extension AuditShare: Codable {
    package init(from decoder: any Decoder) throws {
        let percent = try decoder.singleValueContainer().decode(Double.self)
        guard let share = Self(percent: percent) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "an audit's share is above 0 and at most 100"))
        }
        self = share
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(percent)
    }
}

/// Who answers for a worker's results: its host.
package enum WorkerHost {
    /// A worker's name without the process's number and the random digits that workers add to their
    /// host's name; a name that was chosen otherwise as it is.
    ///
    /// So a worker that is started again is the same to an audit, and two workers of a host are no
    /// check on each other.
    ///
    ///     WorkerHost.of("host3-4711-9c0f")  // "host3"
    package static func of(_ worker: String) -> String {
        let parts = worker.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count > 2, let process = parts.dropLast().last, let digits = parts.last,
            !process.isEmpty, process.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            (1...4).contains(digits.utf8.count), UInt16(digits, radix: 16) != nil
        else { return worker }
        let host = parts.dropLast(2).joined(separator: "-")
        return host.isEmpty ? worker : host
    }
}

/// How far the audit of a run is.
package struct AuditSummary: Sendable, Hashable, Codable {
    /// Shards that two hosts agree on.
    package var agreed = 0
    /// Shards with a result that waits for another host's.
    package var waiting = 0
    /// Shards of which one host's result counts, though another's was wanted: nobody else was there.
    package var undone = 0
    /// Shards that hosts disagree about, without a majority.
    package var disputed: [Dispute] = []

    /// Nothing so far.
    package init() {}

    /// Counts a shard.
    package mutating func count(_ shard: Int, isEnded: Bool, _ opinions: [Opinion]) {
        let parties = Set(opinions.map(\.party))
        switch (isEnded, opinions.count) {
        case (_, 0): break
        case (true, 1): if opinions.contains(where: \.isDue) { undone += 1 }
        case (true, _): agreed += 1
        case (false, _) where parties.count > 1:
            disputed.append(Dispute(shard: shard, hosts: opinions.map(\.host).sorted()))
        case (false, _): waiting += 1
        }
    }

    /// A shard of which several hosts say different things.
    package struct Dispute: Sendable, Hashable, Codable {
        /// The shard's number.
        package var shard: Int
        /// Who has spoken.
        package var hosts: [String]
    }
}

/// A host whose workers get no shard any more.
package struct QuarantinedWorker: Sendable, Hashable, Codable {
    /// The host, as ``WorkerHost`` names it.
    package var host: String
    /// Why.
    package var reason: String

    /// Names every field.
    package init(host: String, reason: String) {
        self.host = host
        self.reason = reason
    }

    /// A host that was contradicted by a majority.
    package init(host: String, refutedIn shard: Int, of run: RunID) {
        self.init(
            host: host,
            reason: "two other hosts agree on another result for shard \(shard) of run '\(run)'")
    }
}

/// What a job store knows of audits, and of workers that are not trusted.
package protocol AuditStore: Sendable {
    /// The opinions on a shard of a run, or on all of them, in order of shards and epochs.
    func opinions(of run: RunID, on shard: Int?) async throws -> [Int: [Opinion]]

    /// How far the audit of a run is.
    func audit(of run: RunID) async throws -> AuditSummary

    /// Lets the only opinions count that shards have which nobody holds; how many.
    func waiveAudits(of run: RunID) async throws -> Int

    /// The hosts whose workers get no shard, by name.
    func quarantinedWorkers() async throws -> [QuarantinedWorker]

    /// Gives a host's workers no shard any more, and takes back what they have delivered to audited
    /// runs, and to others before the canary was known there: those shards wait again.
    func quarantine(_ worker: QuarantinedWorker) async throws

    /// Gives a host another chance.
    ///
    /// Throws ``StoreError/workerNotQuarantined(_:)`` for one that is not in quarantine.
    func releaseWorker(_ host: String) async throws

    /// What is known of the canary in a run.
    func canaries(of run: RunID) async throws -> CanaryLog

    /// Results that were taken back, and that the ledger may know.
    func withdrawnResults() async throws -> [ObjectKey]

    /// Notes that the ledger does not know these any more.
    func strike(_ withdrawn: [ObjectKey]) async throws
}

/// Compares what two workers have found in one shard.
package protocol ResultComparer: Sendable {
    /// Whether the result file at `path` says of every image what the one at `earlier` says.
    ///
    /// A file that cannot be read as a result of the shard says nothing of the kind; an earlier one
    /// that cannot be read is an error.
    func result(
        at path: String, agreesWith earlier: String, on range: ShardRange, of run: Run
    ) throws -> Bool
}
