import Dispatch
import Foundation
import GRDB
package import PipelineCore

/// A prediction ledger in one SQLite file, beside the results that it points into.
///
/// It holds no logits, only which row of which result file has them. A call waits for the disk on a
/// thread of its own, one call at a time; none of them keeps a job store waiting.
///
///     let ledger = try SQLiteLedger(path: data + "/ledger.sqlite", objects: objects) { seconds }
///     _ = try await ledger.record(result)
package final class SQLiteLedger: PredictionLedger {
    /// Where the file lies.
    package let path: String
    let objects: any ObjectStore
    /// Seconds since 1970; says what was used lately, and decides about nothing else.
    let date: @Sendable () -> Int
    private let database: DatabaseQueue
    private let thread = DispatchQueue(label: "prediction ledger")

    /// Opens the ledger at `path`, or makes an empty one; one process at a time may do so.
    ///
    /// Throws ``LedgerError`` for a file that is damaged, another program's or of a newer version,
    /// which is left as it is.
    package init(
        path: String, objects: any ObjectStore, date: @escaping @Sendable () -> Int
    ) throws(LedgerError) {
        self.path = path
        self.objects = objects
        self.date = date
        do {
            var configuration = Configuration()
            configuration.label = "prediction ledger"
            configuration.busyMode = .timeout(5)
            database = try DatabaseQueue(path: path, configuration: configuration)
            try database.read { db in
                let mark = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
                let isEmpty = try db.schemaVersionIsZero()
                guard mark == LedgerSchema.applicationID || isEmpty else {
                    throw LedgerError(path: path, detail: "it is another program's database")
                }
                guard try !LedgerSchema.migrator.hasBeenSuperseded(db) else {
                    throw LedgerError(
                        path: path, detail: "it was written by a newer version of pipeline")
                }
            }
            try database.writeWithoutTransaction { db in
                // What a power cut takes from the end of the log is computed again.
                try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
                try db.execute(sql: "CREATE TEMP TABLE ended (id INTEGER PRIMARY KEY)")
            }
            try LedgerSchema.migrator.migrate(database)
        } catch let error as LedgerError {
            throw error
        } catch {
            throw LedgerError(path: path, detail: "\(error)")
        }
    }

    /// Folds the log into the file and closes it; every later call fails.
    package func close() throws(LedgerError) {
        do {
            try database.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
            try database.close()
        } catch {
            throw LedgerError(path: path, detail: "\(error)")
        }
    }

    /// Runs `body` in a transaction, whatever becomes of the calling task.
    func transaction<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        let (database, path) = (database, path)
        return try await withCheckedThrowingContinuation { continuation in
            thread.async {
                continuation.resume(
                    with: Result {
                        do {
                            return try database.write(body)
                        } catch let error as DatabaseError {
                            throw LedgerError(path: path, detail: "\(error)")
                        }
                    })
            }
        }
    }

    package func statistics() async throws -> LedgerStatistics {
        try await transaction { db in
            let count = { (sql: String) in try Int.fetchOne(db, sql: sql) ?? 0 }
            return LedgerStatistics(
                images: try count("SELECT sum(images) FROM result"),
                recipes: try count(
                    "SELECT count(*) FROM ensemble WHERE EXISTS "
                        + "(SELECT * FROM image WHERE image.ensemble = ensemble.id)"),
                results: try count("SELECT count(*) FROM result WHERE images > 0"),
                bytes: try count(
                    "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"))
        }
    }

    package func results(of run: RunID) async throws -> Set<ObjectKey> {
        try await transaction { db in
            let rows = try Row.fetchAll(
                db, sql: "SELECT * FROM result WHERE run = ? AND images > 0", arguments: [run.text])
            return Set(try rows.map { try $0.objectKey() })
        }
    }
}

extension Database {
    /// Whether nothing was ever written to the file.
    fileprivate func schemaVersionIsZero() throws -> Bool {
        try Int.fetchOne(self, sql: "SELECT count(*) FROM sqlite_schema") == 0
    }
}

extension Row {
    /// The result file that a row of `result` stands for.
    func objectKey() throws -> ObjectKey {
        let run: String = try decode(forColumn: "run")
        let sha256: Data = try decode(forColumn: "sha256")
        guard let run = RunID(run), let sha256 = SHA256Digest(hex: hexadecimal(sha256)) else {
            throw DatabaseError(message: "a result of the ledger has no name")
        }
        return .result(
            run, shard: try decode(forColumn: "shard"), epoch: try decode(forColumn: "epoch"),
            sha256: sha256)
    }
}

extension SHA256Digest {
    var data: Data { Data(bytes) }
}
