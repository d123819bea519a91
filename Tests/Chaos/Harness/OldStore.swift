import Foundation
import GRDB
import Glibc
import PipelineCore
import Rehearsal
import Storage
import TestSupport

/// A job store as an earlier version has left it, and what it has to become.
struct OldStore {
    /// What a store holds, as text: equal for equal stores.
    struct Content: Equatable {
        let migrations: [String]
        let rows: [String]
    }

    /// The file, which nobody opens.
    let path: String
    let before: Content
    let after: Content

    /// Makes one by the first `count` migrations, with a run of five shards.
    ///
    /// One is done, one given up, one leased, one that its worker was late with, and one waits.
    init(migrations count: Int, in folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let names = Schema.migrator.migrations
        guard let first = names.first, names.indices.contains(count - 1) else {
            throw Failed("there are \(names.count) migrations, not \(count)")
        }
        path = folder + "/jobs.sqlite"
        let queue = try DatabaseQueue(path: path)
        try Schema.migrator.migrate(queue, upTo: first)
        try queue.write { db in try db.execute(sql: Self.story) }
        try Schema.migrator.migrate(queue, upTo: names[count - 1])
        // What SQLite writes where a coordinator would: into a log.
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA journal_mode = WAL")
        }
        try queue.close()
        before = try Self.content(of: path)
        let new = folder + "/new.sqlite"
        try FileManager.default.copyItem(atPath: path, toPath: new)
        let whole = try DatabaseQueue(path: new)
        try Schema.migrator.migrate(whole)
        try whole.close()
        after = try Self.content(of: new)
    }

    /// What the store at `path` holds, read from a copy; throws where SQLite finds it damaged.
    ///
    /// Left out is what a start writes anew: until when leases hold, and the tokens it makes.
    static func content(of path: String) throws -> Content {
        let folder = TemporaryFolder()
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: path + suffix) {
            try FileManager.default.copyItem(
                atPath: path + suffix, toPath: folder.file("copy" + suffix))
        }
        let queue = try DatabaseQueue(path: folder.file("copy"))
        return try queue.write { db in
            let verdict = try String.fetchOne(db, sql: "PRAGMA integrity_check") ?? "no answer"
            guard verdict == "ok" else { throw Failed("'\(path)' is damaged: \(verdict)") }
            try db.execute(sql: "DELETE FROM token WHERE name = 'default'")
            if try db.tableExists("lease") {
                try db.execute(
                    sql: "UPDATE lease SET since = 0, until = iif(until IS NULL, NULL, 0)")
            }
            let tables = try String.fetchAll(
                db,
                sql: """
                    SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
                    ORDER BY name
                    """)
            var rows = try String.fetchAll(
                db, sql: "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name, type")
            for table in tables {
                let values = try db.columns(in: table).map { "quote(\"\($0.name)\")" }
                rows += try String.fetchAll(
                    db,
                    sql: """
                        SELECT '\(table) ' || \(values.joined(separator: " || ' ' || ")) AS row
                        FROM \(table) ORDER BY row
                        """)
            }
            return Content(
                migrations: try String.fetchAll(
                    db, sql: "SELECT identifier FROM grdb_migrations ORDER BY rowid"), rows: rows)
        }
    }

    /// Rows of the first version.
    private static let story = """
        INSERT INTO run (id, key, state, dataset, definition, manifest, created)
        VALUES ('rold', 'k', 'open', CAST('/photos' AS BLOB),
            '{"combination":"mean-probability","decode":"exact","members":[],"name":"n",'
                || '"orient":true,"shardSize":10,"top":5}', zeroblob(32), 7);
        INSERT INTO token (name, role, digest) VALUES ('ada', 'worker', zeroblob(32));
        INSERT INTO shard (run, idx, first_row, images, byte_offset, byte_length)
        VALUES (1, 0, 0, 10, 0, 9), (1, 1, 10, 10, 9, 9), (1, 2, 20, 10, 18, 9),
            (1, 3, 30, 10, 27, 9), (1, 4, 40, 10, 36, 9);
        UPDATE run SET state = 'running', shards = 5, images = 50;
        UPDATE shard SET state = 'done', epoch = 2, attempts = 2, worker = 'ada',
            result = zeroblob(32), labelled = 9, failed = 1 WHERE idx = 0;
        UPDATE shard SET state = 'failed', epoch = 5, attempts = 5, failure = 'torn' WHERE idx = 1;
        UPDATE shard SET state = 'leased', epoch = 1, attempts = 1, worker = 'ada',
            secret = zeroblob(32), lease_until = 99, progress = 4 WHERE idx = 2;
        UPDATE shard SET epoch = 3, attempts = 2, worker = 'ada', secret = zeroblob(32)
            WHERE idx = 3;
        """
}
