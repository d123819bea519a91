import Foundation
import GRDB
package import PipelineCore

extension SQLiteJobStore {
    package func open(_ run: Run) async throws -> Run {
        let definition = try Self.text(of: run.definition)
        return try await write { db in
            try db.execute(
                sql: """
                    INSERT INTO run (id, key, state, dataset, definition, manifest, created,
                        priority, elastic, ledger, audit)
                    VALUES (:id, :key, 'open', :dataset, :definition, :manifest, :created,
                        :priority, :elastic, :ledger, :audit)
                    ON CONFLICT (key) DO NOTHING
                    """,
                arguments: [
                    "id": run.id.text, "key": run.key, "dataset": Data(run.dataset.bytes),
                    "definition": definition, "manifest": run.manifest.data,
                    "created": run.created, "priority": run.priority,
                    "elastic": run.definition.shardSize == nil, "ledger": run.usesLedger,
                    "audit": run.audit?.percent,
                ])
            let row = try Row.fetchOne(
                db, sql: "SELECT * FROM run WHERE key = ?", arguments: [run.key])
            guard let row else { throw StoreError.unknownRun(run.id) }
            return try row.run()
        }
    }

    package func start(_ run: RunID, images: Int, shards: [ShardRange]) async throws -> Run {
        try await write { db in
            let found = try db.run(run)
            guard found.state == .open else { return found }
            guard shards.cover(images: images) else {
                throw StoreError.misfit(shardsOf: run, images: images)
            }
            let seq = try db.sequence(of: run)
            let insertion = try db.makeStatement(
                sql: """
                    INSERT INTO shard (run, idx, first_row, images, byte_offset, byte_length, skip)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """)
            for shard in shards {
                try insertion.execute(arguments: [
                    seq, shard.index, shard.firstRow, shard.count, shard.offset, shard.length,
                    shard.skip,
                ])
            }
            try db.execute(
                sql: """
                    UPDATE run
                    SET state = iif(:shards = 0, 'done', 'running'), shards = :shards, images = :images
                    WHERE seq = :seq
                    """,
                arguments: ["shards": shards.count, "images": images, "seq": seq])
            return try db.run(run)
        }
    }

    package func run(_ id: RunID) async throws -> Run {
        try await read { db in try db.run(id) }
    }

    package func runs() async throws -> [Run] {
        try await read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM run ORDER BY seq DESC").map { try $0.run() }
        }
    }

    package func runs(latest limit: Int) async throws -> (runs: [Run], earlier: Int) {
        try await read { db in
            let last = try Int.fetchOne(
                db, sql: "SELECT seq FROM run ORDER BY seq DESC LIMIT 1 OFFSET ?",
                arguments: [limit])
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM run WHERE seq > ? OR state IN ('open', 'running', 'paused')
                    ORDER BY seq DESC
                    """,
                arguments: [last ?? 0])
            let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM run") ?? 0
            return (try rows.map { try $0.run() }, count - rows.count)
        }
    }

    package func totals() async throws -> RunTotals {
        try await read { db in
            let rows = try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT state, count(*) AS runs, sum(shards) AS shards,
                            sum(shards_done) AS shards_done, sum(shards_leased) AS shards_leased,
                            sum(shards_failed) AS shards_failed, sum(images) AS images,
                            sum(labelled) AS labelled, sum(failed) AS failed,
                            sum(quarantined) AS quarantined
                        FROM run GROUP BY state
                        """))
            return try rows.reduce(into: RunTotals()) { totals, row in
                totals.add(
                    try row.decode(forColumn: "runs"),
                    try row.value("state", RunState.init(rawValue:)), try row.counts())
            }
        }
    }

    package func runNames(in state: RunState) async throws -> [RunID] {
        try await read { db in
            try String.fetchAll(
                db, sql: "SELECT id FROM run WHERE state = ? ORDER BY seq",
                arguments: [state.rawValue]
            ).compactMap { RunID($0) }
        }
    }

    private static func text(of definition: PipelineDefinition) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(definition), as: UTF8.self)
    }
}

extension Database {
    func run(_ id: RunID) throws -> Run {
        let statement = try cachedStatement(sql: "SELECT * FROM run WHERE id = ?")
        guard let row = try Row.fetchOne(statement, arguments: [id.text]) else {
            throw StoreError.unknownRun(id)
        }
        return try row.run()
    }

    /// The number under which a run's shards are filed.
    func sequence(of id: RunID) throws -> Int64 {
        let statement = try cachedStatement(sql: "SELECT seq FROM run WHERE id = ?")
        guard let seq = try Int64.fetchOne(statement, arguments: [id.text]) else {
            throw StoreError.unknownRun(id)
        }
        return seq
    }
}
