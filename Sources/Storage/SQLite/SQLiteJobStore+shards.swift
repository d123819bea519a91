import GRDB
package import PipelineCore

extension SQLiteJobStore {
    /// The ended shards of a run, in order of their rows.
    static let ended = """
        SELECT * FROM shard INDEXED BY shard_row
        WHERE run = ? AND first_row >= ? AND state IN ('done', 'failed', 'quarantined')
        ORDER BY first_row
        LIMIT ?
        """

    /// Who holds which shard of a run.
    static let holding = """
        SELECT held.idx, lease.worker, lease.progress
        FROM shard AS held INDEXED BY shard_leased CROSS JOIN lease
            ON lease.run = held.run AND lease.shard = held.idx
        WHERE held.run = ? AND held.state = 'leased'
        ORDER BY held.idx, lease.epoch
        """

    package func shard(_ index: Int, of run: RunID) async throws -> ShardRange {
        try await read { db in try db.shard(index, of: run) }
    }

    package func endedShards(
        of run: RunID, from first: Int, limit: Int
    ) async throws -> [EndedShard] {
        try await read { db in
            let seq = try db.sequence(of: run)
            return try Row.fetchAll(db, sql: Self.ended, arguments: [seq, first, max(limit, 0)])
                .compactMap { try $0.lifecycle(held: []).ended }
        }
    }

    package func holders(of run: RunID) async throws -> [LeaseHolder] {
        try await read { db in
            let seq = try db.sequence(of: run)
            return try Row.fetchAll(db, sql: Self.holding, arguments: [seq]).map { row in
                LeaseHolder(
                    shard: try row.decode(forColumn: "idx"),
                    worker: try row.decode(forColumn: "worker"),
                    progress: try row.decode(forColumn: "progress"))
            }
        }
    }

    /// The lease that has been held for longest, by a glance at each run's first in the index.
    static let oldest = """
        SELECT min((
            SELECT since FROM lease INDEXED BY lease_age
            WHERE lease.run = run.seq AND until IS NOT NULL ORDER BY since LIMIT 1))
        FROM run WHERE shards_leased > 0
        """

    package func oldestLease() async throws -> Tick? {
        try await read { db in
            try Int64.fetchOne(db, sql: Self.oldest).map { Tick(nanoseconds: $0) }
        }
    }
}

extension Database {
    func shard(_ index: Int, of run: RunID) throws -> ShardRange {
        let seq = try sequence(of: run)
        let statement = try cachedStatement(
            sql: """
                SELECT idx, first_row, images, byte_offset, byte_length, skip
                FROM shard
                WHERE run = ? AND idx = ?
                """)
        guard let row = try Row.fetchOne(statement, arguments: [seq, index]) else {
            throw StoreError.unknownShard(run: run, shard: index)
        }
        return try row.shardRange()
    }
}
