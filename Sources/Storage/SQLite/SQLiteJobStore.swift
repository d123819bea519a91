import GRDB
package import PipelineCore

/// Runs, shards and tokens in one SQLite file.
///
/// A call that has returned is on disk. One process at a time has the file open, which a lock file
/// beside it sees to. Calls may come from many tasks at once: writes are taken one by one and go to
/// disk together, reads go beside them.
package final class SQLiteJobStore: JobStore, TokenStore {
    /// Where the file lies.
    package let path: String
    /// After how many counted attempts a shard is given up.
    package let attempts: Int
    let pool: DatabasePool
    private let writes: WriteQueue
    /// Whether its shards have not been looked through yet.
    let isLarge: Bool
    private let lock: LockFile

    /// Opens the store at `path`, or makes an empty one.
    ///
    /// Leases that were out when the store was last closed, or its process killed, hold for a full
    /// `term` from `now`: the ticks of another process mean nothing in this one. A file that is
    /// damaged, another program's or of a newer version is refused as
    /// ``StoreError/unusable(path:detail:)`` and left as it is; one that another process has open
    /// as ``StoreError/inUse(path:owner:)``.
    package init(
        path: String, attempts: Int = 5, now: Tick, term: Duration
    ) throws(StoreError) {
        self.path = path
        self.attempts = attempts
        lock = try LockFile(path: path + ".lock", guarding: path)
        do {
            isLarge = try DatabaseFile.isLarge(path)
            pool = try DatabaseFile.open(path)
            writes = WriteQueue(pool)
            try Self.removeBackups(of: path)
            try pool.write { db in
                try db.execute(
                    sql: """
                        UPDATE lease SET since = :now, until = iif(until IS NULL, NULL, :until)
                        """,
                    arguments: [
                        "now": now.nanoseconds, "until": (now + term).nanoseconds,
                    ])
            }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    // The lock goes after the connections: properties outlive the body of `deinit`.
    deinit { try? pool.close() }

    /// Folds the log into the file, closes it and lets others open it; every later call fails.
    package func close() throws(StoreError) {
        do {
            try pool.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
            try pool.close()
        } catch {
            throw StoreError(error, path: path)
        }
        lock.release()
    }

    /// Runs `body` whole or not at all; what it changed is on disk when this returns.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        do {
            return try await writes.write(body)
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Runs `body` on one unchanging view of the store.
    func read<Value: Sendable>(
        _ body: @Sendable (Database) throws -> Value
    ) async throws -> Value {
        do {
            return try await pool.read(body)
        } catch let error as CancellationError {
            throw error
        } catch {
            throw StoreError(error, path: path)
        }
    }
}
