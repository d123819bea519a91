import GRDB
import PipelineCore

/// Opinions and quarantined workers between their rows and ``ShardLifecycle``.
extension Database {
    /// What has been said of a shard.
    static let opinions = "SELECT * FROM opinion WHERE run = ? AND shard = ? ORDER BY epoch"

    /// Refuses the workers of a host that is in quarantine.
    func checkTrust(in worker: String) throws {
        let found = try Row.fetchOne(
            cachedStatement(sql: "SELECT * FROM quarantined_worker WHERE host = ?"),
            arguments: [WorkerHost.of(worker)])
        if let found { throw StoreError.workerQuarantined(try found.quarantinedWorker()) }
    }

    /// What a shard has to know of a result that `ticket` delivers; nil in a run without an audit.
    func hearing(
        for ticket: LeaseTicket, of shard: ShardLifecycle, in seq: Int64, _ views: [Int: Bool]
    ) throws -> Hearing? {
        let percent = try Double.fetchOne(
            cachedStatement(sql: "SELECT audit FROM run WHERE seq = ?"), arguments: [seq])
        guard let share = percent.flatMap({ AuditShare(percent: $0) }) else { return nil }
        let worker = shard.holders.first { $0.epoch == ticket.epoch }?.worker ?? ""
        // So many rows are enough, since each has an image.
        let delivered = try Int.fetchOne(
            cachedStatement(
                sql: """
                    SELECT sum(images) FROM (
                        SELECT labelled + failed AS images FROM opinion INDEXED BY opinion_host
                        WHERE host = ? AND run = ? LIMIT ?)
                    """),
            arguments: [WorkerHost.of(worker), seq, AuditShare.probation])
        return Hearing(
            isDue: share.includes(
                shard: ticket.shard, of: ticket.run, delivered: delivered ?? 0),
            agrees: views)
    }

    /// Keeps the opinions on a shard.
    func saveOpinions(of old: ShardLifecycle, as new: ShardLifecycle, in seq: Int64) throws {
        for opinion in old.opinions where !new.opinions.contains(opinion) {
            try cachedStatement(
                sql: "DELETE FROM opinion WHERE run = ? AND shard = ? AND epoch = ?"
            ).execute(arguments: [seq, old.range.index, opinion.epoch])
        }
        for opinion in new.opinions where !old.opinions.contains(opinion) {
            try cachedStatement(
                sql: """
                    INSERT INTO opinion (run, shard, epoch, host, result, labelled, failed, party,
                        due, borrows)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """
            ).execute(arguments: [
                seq, old.range.index, opinion.epoch, opinion.host, opinion.result.sha256.data,
                opinion.result.labelled, opinion.result.failed, opinion.party, opinion.isDue,
                opinion.borrows,
            ])
        }
    }

    /// Puts a host in quarantine, and takes back what it has said and holds.
    ///
    /// `current` is the run in which it turned out that it has to be.
    func quarantine(_ worker: QuarantinedWorker, in current: Int64? = nil) throws {
        try cachedStatement(
            sql: "INSERT INTO quarantined_worker VALUES (?, ?) ON CONFLICT DO NOTHING"
        ).execute(arguments: [worker.host, worker.reason])
        try cachedStatement(sql: "DELETE FROM canary WHERE host = ? AND NOT known")
            .execute(arguments: [worker.host])
        for row in try Row.fetchAll(self, sql: Self.doubtful, arguments: [worker.host, current]) {
            try doubt(worker.host, in: row)
        }
        for row in try Row.fetchAll(self, sql: Self.traces, arguments: [worker.host]) {
            let holder = try row.decode(String?.self, forColumn: "worker")
            guard holder.map({ WorkerHost.of($0) == worker.host }) ?? true else { continue }
            try change(row.decode(forColumn: "shard"), in: row.decode(forColumn: "run")) {
                $0.withdraw(worker.host)
            }
        }
    }

    /// The shards of audited runs that a host has spoken on, and those that anybody holds.
    ///
    /// All leases are looked through: they are as few as workers, and hosts are set aside seldom.
    static let traces = """
        SELECT run, shard, NULL AS worker FROM opinion INDEXED BY opinion_host
            CROSS JOIN run ON run.seq = opinion.run AND run.audit IS NOT NULL
        WHERE host = ?
        UNION ALL SELECT run, shard, worker FROM lease
        """

    /// Takes a shard one step on; the step tells whether there was anything to do.
    func change(
        _ shard: Int, in seq: Int64, by step: (inout ShardLifecycle) -> Bool
    ) throws {
        guard let old = try lifecycle(shard, in: seq) else { return }
        var new = old
        if step(&new) { try save(old, as: new, [], in: seq) }
    }
}
