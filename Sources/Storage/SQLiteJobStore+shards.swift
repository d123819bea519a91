import GRDB
package import PipelineCore

extension SQLiteJobStore {
    package func shard(_ index: Int, of run: RunID) async throws -> ShardRange {
        try await read { db in try db.shard(index, of: run) }
    }

    package func endedShards(
        of run: RunID, from index: Int, limit: Int
    ) async throws -> [EndedShard] {
        try await read { db in
            let seq = try db.sequence(of: run)
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT idx, first_row, images, byte_offset, byte_length,
                        epoch, result, labelled, failed, failure
                    FROM shard
                    WHERE run = ? AND idx >= ? AND state IN ('done', 'failed')
                    ORDER BY idx
                    LIMIT ?
                    """,
                arguments: [seq, index, max(limit, 0)]
            ).map { try $0.endedShard() }
        }
    }

    package func holders(of run: RunID) async throws -> [LeaseHolder] {
        try await read { db in
            let seq = try db.sequence(of: run)
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT idx, worker, progress
                    FROM shard INDEXED BY shard_leased
                    WHERE run = ? AND state = 'leased'
                    ORDER BY idx
                    """,
                arguments: [seq]
            ).map { row in
                LeaseHolder(
                    shard: try row.decode(forColumn: "idx"),
                    worker: try row.decode(forColumn: "worker"),
                    progress: try row.decode(forColumn: "progress"))
            }
        }
    }
}

extension Database {
    func shard(_ index: Int, of run: RunID) throws -> ShardRange {
        let seq = try sequence(of: run)
        let statement = try cachedStatement(
            sql: """
                SELECT idx, first_row, images, byte_offset, byte_length
                FROM shard
                WHERE run = ? AND idx = ?
                """)
        guard let row = try Row.fetchOne(statement, arguments: [seq, index]) else {
            throw StoreError.unknownShard(run: run, shard: index)
        }
        return try row.shardRange()
    }
}
