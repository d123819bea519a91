import GRDB
package import PipelineCore

extension SQLiteJobStore {
    package func steer(_ run: RunID, _ order: RunOrder) async throws -> Run {
        try await write { db in
            let found = try db.run(run)
            let state = try found.state(after: order)
            let seq = try db.sequence(of: run)
            if order == .cancel { try db.revokeLeases(in: seq) }
            if order == .retry {
                try db.execute(sql: Self.forget, arguments: ["run": seq])
                try db.execute(sql: Self.retry, arguments: [seq])
            } else {
                try db.execute(
                    sql: "UPDATE run SET state = ?, hold = NULL WHERE seq = ?",
                    arguments: [state.rawValue, seq])
            }
            return try db.run(run)
        }
    }

    /// What ``ShardLifecycle/retryFailure()`` says, for all shards of a run.
    static let retry = """
        UPDATE shard
        SET state = 'queued', attempts = 0, lapses = 0, crashes = 0, log = NULL, result = NULL,
            result_epoch = NULL, labelled = NULL, failed = NULL, failure = NULL
        WHERE run = ? AND (state = 'failed' OR state = 'done' AND failed > 0)
        """

    /// The opinions on those shards, which are asked for anew.
    static let forget = """
        DELETE FROM opinion
        WHERE run = :run AND shard IN (
            SELECT idx FROM shard
            WHERE run = :run AND (state = 'failed' OR state = 'done' AND failed > 0))
        """

    package func hold(_ run: RunID, because words: String) async throws {
        try await write { db in
            let seq = try db.sequence(of: run)
            try db.execute(
                sql: """
                    UPDATE run SET state = 'paused', hold = ? WHERE seq = ? AND state = 'running'
                    """, arguments: [words, seq])
        }
    }

    package func prioritise(_ run: RunID, _ priority: Int) async throws -> Run {
        try await write { db in
            let seq = try db.sequence(of: run)
            try db.execute(
                sql: "UPDATE run SET priority = ? WHERE seq = ?", arguments: [priority, seq])
            return try db.run(run)
        }
    }

    /// The images in quarantine, of the run filed under `:run` or of all.
    static let quarantined = """
        SELECT run.id, shard.first_row, shard.log
        FROM run CROSS JOIN shard INDEXED BY shard_quarantined ON shard.run = run.seq
        WHERE shard.state = 'quarantined' AND run.quarantined > 0
            AND (:run IS NULL OR run.seq = :run)
        ORDER BY run.seq, shard.first_row
        """

    package func quarantine(of run: RunID?) async throws -> [QuarantinedImage] {
        try await read { db in
            let seq = try run.map { try db.sequence(of: $0) }
            return try Row.fetchAll(db, sql: Self.quarantined, arguments: ["run": seq]).map { row in
                QuarantinedImage(
                    run: try row.runID("id"), row: try row.decode(forColumn: "first_row"),
                    crashes: try row.crashLog())
            }
        }
    }

    package func readmit(row: Int, of run: RunID, by terms: Readmission) async throws -> Run {
        try await write { db in
            let seq = try db.sequence(of: run)
            let index = try Int.fetchOne(
                db,
                sql: """
                    SELECT idx FROM shard INDEXED BY shard_quarantined
                    WHERE run = ? AND first_row = ? AND state = 'quarantined'
                    """, arguments: [seq, row])
            guard let index, let old = try db.lifecycle(index, in: seq) else {
                throw StoreError.notQuarantined(run: run, row: row)
            }
            var new = old
            _ = new.retry(suspicion: terms == .retry)
            try db.save(old, as: new, [], in: seq)
            return try db.run(run)
        }
    }
}

extension Database {
    /// Ends every lease of a run, as ``ShardLifecycle/revoke()`` says.
    fileprivate func revokeLeases(in seq: Int64) throws {
        try execute(sql: "DELETE FROM lease WHERE run = ?", arguments: [seq])
        try execute(
            sql: """
                UPDATE shard INDEXED BY shard_leased SET state = 'queued'
                WHERE run = ? AND state = 'leased'
                """, arguments: [seq])
    }
}
