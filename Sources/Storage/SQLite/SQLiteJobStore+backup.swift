import Dispatch
import Foundation
import GRDB
import Glibc
package import PipelineCore

extension SQLiteJobStore: BackupSource {
    private static let disk = DispatchQueue(label: "backups")

    /// Removes the copies that a process left behind which was killed while it made them.
    static func removeBackups(of path: String) throws {
        let folder = parent(of: path)
        let prefix = "\(path.split(separator: "/").last ?? "").backup-"
        for name in try names(in: folder) where name.hasPrefix(prefix) {
            try removeFile(folder + "/" + name)
        }
    }

    /// One reader copies all pages in one step: writers go on beside it, and none of what they do
    /// meanwhile is in the copy.
    package func makeBackup() async throws -> String {
        let (pool, path) = (pool, path)
        let copy = "\(path).backup-\(UUID().uuidString)"
        return try await withCheckedThrowingContinuation { continuation in
            Self.disk.async {
                continuation.resume(
                    with: Result {
                        do {
                            try DatabaseFile.copy(pool, to: copy)
                            return copy
                        } catch {
                            unlink(copy)
                            throw StoreError(error, path: path)
                        }
                    })
            }
        }
    }
}

/// A copy of a job store, such as ``BackupSource/makeBackup()`` leaves.
package struct StoredBackup: Sendable {
    /// Where the copy lies.
    package let path: String

    /// Looks through the file at `path`.
    ///
    /// Throws ``StoreError/unusable(path:detail:)`` for one that is damaged, another program's or
    /// of a newer version.
    package init(path: String) throws(StoreError) {
        self.path = path
        guard access(path, R_OK) == 0 else {
            throw .unusable(path: path, detail: String(cString: strerror(errno)))
        }
        do {
            _ = try DatabaseFile.inspect(path)
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Puts a copy of it at `store`, where no coordinator may have a job store open.
    ///
    /// A store that is there gives way to `<store>.replaced-<time>`, together with its log, if
    /// `replaces` says so; otherwise it is refused as ``StoreError/unusable(path:detail:)``. The
    /// path of what gave way is the answer. Throws ``StoreError/inUse(path:owner:)`` where a
    /// coordinator runs.
    package func restore(to store: String, replaces: Bool) throws(StoreError) -> String? {
        let lock = try LockFile(path: store + ".lock", guarding: store)
        defer { lock.release() }
        var aside: String?
        if access(store, F_OK) == 0 {
            guard replaces else {
                throw .unusable(
                    path: store,
                    detail: "it is there already; --replace moves it out of the way")
            }
            aside = "\(store).replaced-\(time(nil))"
        }
        let draft = store + ".restored"
        do {
            unlink(draft)
            let queue = try DatabaseQueue(path: path, configuration: DatabaseFile.readOnly)
            try DatabaseFile.copy(queue, to: draft)
            try queue.close()
            if let aside {
                for suffix in ["", "-wal", "-shm"] where access(store + suffix, F_OK) == 0 {
                    try DatabaseFile.move(store + suffix, to: aside + suffix)
                }
            }
            try DatabaseFile.move(draft, to: store)
        } catch {
            throw StoreError(error, path: store)
        }
        return aside
    }
}
