import Foundation
import GRDB
import Glibc
import PipelineCore

/// The file a job store lives in: made whole or not at all, and looked at before it is touched.
enum DatabaseFile {
    /// Opens the file for work, making it first where there is none.
    ///
    /// One connection writes and makes checkpoints, others only read: SQLite before 3.51.3 can
    /// damage its log when two connections do. Nothing is mapped into memory, so that a failing
    /// disk is an error and not a signal.
    static func open(_ path: String) throws -> DatabasePool {
        if try size(of: path) == nil {
            try create(path)
        } else {
            if try !inspect(path, wholeUpTo: largest) { try backUp(path) }
        }
        var configuration = Configuration()
        configuration.label = "job store"
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { db in
            // A coordinator's memory is not to grow with its past: what is read again and again, the
            // system keeps. Only the one connection that writes has a cache of SQLite's usual size.
            if db.configuration.readonly { try db.execute(sql: "PRAGMA cache_size = -256") }
        }
        let pool = try DatabasePool(path: path, configuration: configuration)
        // Only now: while it opens, GRDB sets NORMAL, which loses acknowledged work with the power.
        try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
        }
        try Schema.upgrade(pool)
        return pool
    }

    /// Makes an empty store beside its place, and puts it there when it is whole and on disk.
    ///
    /// So a file that is empty or half-written is damaged, never new.
    private static func create(_ path: String) throws {
        guard try size(of: path + "-wal") == nil else {
            throw StoreError.unusable(
                path: path,
                detail: "the file is missing, but its log '\(path)-wal' is there; "
                    + "put the file back, or move the log away as well")
        }
        let draft = path + ".new"
        for suffix in ["", "-journal"] { unlink(draft + suffix) }
        let queue = try DatabaseQueue(path: draft)
        try Schema.upgrade(queue)
        try queue.close()
        guard rename(draft, path) == 0, syncFolder(of: path) else {
            let words = String(cString: strerror(errno))
            throw StoreError.failed("'\(path)' cannot be created: \(words)")
        }
    }

    /// For looking, not for touching.
    static var readOnly: Configuration {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        return configuration
    }

    /// The largest file that is looked through before it is used, in bytes: one with millions of
    /// shards takes longer than anybody waits.
    static let largest = 256 << 20

    /// Whether the file is too large to be looked through before it is used.
    static func isLarge(_ path: String) throws -> Bool { try size(of: path) ?? 0 > largest }

    /// Refuses a file that is damaged, not ours or of a newer version, without writing to it;
    /// whether it is of this version, not an older one.
    ///
    /// Of a file of more than `limit` bytes, the shards are left out.
    static func inspect(_ path: String, wholeUpTo limit: Int = .max) throws -> Bool {
        let bytes = try size(of: path) ?? 0
        guard bytes > 0 else {
            throw StoreError.unusable(path: path, detail: "the file is empty; \(StoreError.remedy)")
        }
        do {
            return try look(at: path, wholeUpTo: limit, bytes)
        } catch let error as DatabaseError
            where error.extendedResultCode == .SQLITE_READONLY_ROLLBACK
        {
            try rollBack(path)
            return try look(at: path, wholeUpTo: limit, bytes)
        }
    }

    /// Has SQLite undo a change that was cut short before it was whole; only of a file of ours.
    ///
    /// That takes writing, and only happens where the log of a store was about to be turned on.
    private static func rollBack(_ path: String) throws {
        guard let file = FileHandle(forReadingAtPath: path) else { return }
        defer { try? file.close() }
        try file.seek(toOffset: applicationIDPlace)
        let bytes = try file.read(upToCount: 4) ?? Data()
        guard bytes.reduce(0, { $0 << 8 | Int($1) }) == Schema.applicationID else { return }
        let queue = try DatabaseQueue(path: path)
        try queue.read { db in _ = try Int.fetchOne(db, sql: "PRAGMA schema_version") }
        try queue.close()
    }

    /// Where a SQLite file says which program's it is (*Database File Format*, 1.3).
    private static let applicationIDPlace: UInt64 = 68

    private static func look(
        at path: String, wholeUpTo limit: Int, _ bytes: Int
    ) throws -> Bool {
        let queue = try DatabaseQueue(path: path, configuration: readOnly)
        let isCurrent = try queue.read { db in
            guard try Int.fetchOne(db, sql: "PRAGMA application_id") == Schema.applicationID else {
                throw StoreError.unusable(
                    path: path, detail: "it is another program's database; choose another folder")
            }
            guard try !Schema.migrator.hasBeenSuperseded(db) else {
                throw StoreError.unusable(
                    path: path,
                    detail: "it was written by a newer version of pipeline; use that version")
            }
            if bytes <= limit {
                try db.check(of: path)
            } else {
                let tables = try String.fetchAll(
                    db,
                    sql: """
                        SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'shard'
                        """)
                for table in tables { try db.check(table, of: path) }
            }
            return try Schema.migrator.hasCompletedMigrations(db)
        }
        try queue.close()
        return isCurrent
    }

    /// Copies a store of an older version to `<path>.before-upgrade`, before it is brought up to
    /// date; an older copy of that name gives way once the new one is whole and on disk.
    private static func backUp(_ path: String) throws {
        let queue = try DatabaseQueue(path: path, configuration: readOnly)
        let (draft, copy) = (path + ".before-upgrade.new", path + ".before-upgrade")
        unlink(draft)
        try Self.copy(queue, to: draft)
        try queue.close()
        guard rename(draft, copy) == 0, syncFolder(of: copy) else {
            let words = String(cString: strerror(errno))
            throw StoreError.failed("'\(copy)' cannot be written before the upgrade: \(words)")
        }
    }

    /// Copies a store to a new file at `path`, as it is at one moment; it is on disk afterwards.
    ///
    /// Nobody but its owner can read the copy: it holds the names of files, and tokens' digests.
    static func copy(_ source: some DatabaseReader, to path: String) throws {
        let file = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else {
            throw StoreError.failed("'\(path)' cannot be made: \(String(cString: strerror(errno)))")
        }
        close(file)
        let target = try DatabaseQueue(path: path)
        try target.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
        }
        try source.backup(to: target)
        // One file without a log beside it is what people copy, send and keep.
        try target.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA journal_mode = DELETE")
        }
        try target.close()
    }

    /// Gives a file another name, on disk before this returns.
    static func move(_ path: String, to other: String) throws {
        guard rename(path, other) == 0, syncFolder(of: other) else {
            let words = String(cString: strerror(errno))
            throw StoreError.failed("'\(path)' cannot be moved to '\(other)': \(words)")
        }
    }

    /// Bytes of the file, without opening it: closing it again would drop SQLite's own locks.
    private static func size(of path: String) throws -> Int? {
        var status = stat()
        if stat(path, &status) == 0 { return Int(status.st_size) }
        guard errno == ENOENT else {
            throw StoreError.unusable(path: path, detail: String(cString: strerror(errno)))
        }
        return nil
    }

    private static func syncFolder(of path: String) -> Bool {
        let parent = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let folder = Glibc.open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return false }
        defer { close(folder) }
        return fsync(folder) == 0
    }
}
