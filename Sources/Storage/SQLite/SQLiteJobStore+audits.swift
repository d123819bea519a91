import GRDB
package import PipelineCore

extension SQLiteJobStore {
    package func complete(
        _ ticket: LeaseTicket, with result: ShardResult, agreeing views: [Int: Bool],
        _ testimony: Testimony
    ) async throws -> Completion {
        let outcome = try await write { db in
            try db.complete(ticket, with: result, agreeing: views, testimony)
        }
        return try outcome.get()
    }

    package func opinions(of run: RunID, on shard: Int?) async throws -> [Int: [Opinion]] {
        try await read { db in
            let seq = try db.sequence(of: run)
            let rows =
                if let shard {
                    try Row.fetchAll(
                        db.cachedStatement(sql: Database.opinions), arguments: [seq, shard])
                } else {
                    try Row.fetchAll(
                        db, sql: "SELECT * FROM opinion WHERE run = ? ORDER BY shard, epoch",
                        arguments: [seq])
                }
            return try Dictionary(grouping: rows) { try $0.decode(Int.self, forColumn: "shard") }
                .mapValues { try $0.map { try $0.opinion() } }
        }
    }

    package func audit(of run: RunID) async throws -> AuditSummary {
        let opinions = try await opinions(of: run, on: nil)
        return try await read { db in
            let seq = try db.sequence(of: run)
            let states = try db.cachedStatement(
                sql: "SELECT state FROM shard WHERE run = ? AND idx = ?")
            var summary = AuditSummary()
            for shard in opinions.keys.sorted() {
                let state = try String.fetchOne(states, arguments: [seq, shard])
                    .flatMap(ShardState.init(rawValue:))
                summary.count(shard, isEnded: state?.isEnded ?? true, opinions[shard] ?? [])
            }
            return summary
        }
    }

    /// Shards with a result that waits for another host's.
    static let unchecked = """
        SELECT idx FROM shard INDEXED BY shard_queued
        WHERE shard.run = ? AND state = 'queued' AND EXISTS (
            SELECT * FROM opinion WHERE opinion.run = shard.run AND opinion.shard = shard.idx)
        """

    package func waiveAudits(of run: RunID) async throws -> Int {
        try await write { db in
            let seq = try db.sequence(of: run)
            var waived = 0
            for index in try Int.fetchAll(db, sql: Self.unchecked, arguments: [seq]) {
                guard let old = try db.lifecycle(index, in: seq) else { continue }
                var new = old
                guard new.waive() else { continue }
                try db.save(old, as: new, [], in: seq)
                waived += 1
            }
            return waived
        }
    }

    package func quarantinedWorkers() async throws -> [QuarantinedWorker] {
        try await read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM quarantined_worker ORDER BY host").map {
                try $0.quarantinedWorker()
            }
        }
    }

    package func quarantine(_ worker: QuarantinedWorker) async throws {
        try await write { db in try db.quarantine(worker) }
    }

    package func canaries(of run: RunID) async throws -> CanaryLog {
        try await read { db in try db.canaries(in: db.sequence(of: run)) }
    }

    package func withdrawnResults() async throws -> [ObjectKey] {
        try await read { db in
            try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT id, shard, epoch, sha256
                        FROM withdrawn_result CROSS JOIN run ON run.seq = withdrawn_result.run
                        """)
            ).map { row in
                .result(
                    try row.runID("id"), shard: try row.decode(forColumn: "shard"),
                    epoch: try row.decode(forColumn: "epoch"), sha256: try row.digest("sha256"))
            }
        }
    }

    package func strike(_ withdrawn: [ObjectKey]) async throws {
        try await write { db in
            for case .result(let run, let shard, let epoch, let sha256) in withdrawn {
                try db.cachedStatement(
                    sql: """
                        DELETE FROM withdrawn_result
                        WHERE run = ? AND shard = ? AND epoch = ? AND sha256 = ?
                        """
                ).execute(arguments: [try db.sequence(of: run), shard, epoch, sha256.data])
            }
        }
    }

    package func releaseWorker(_ host: String) async throws {
        try await write { db in
            try db.execute(
                sql: "DELETE FROM quarantined_worker WHERE host = ?", arguments: [host])
            guard db.changesCount > 0 else { throw StoreError.workerNotQuarantined(host) }
        }
    }
}
