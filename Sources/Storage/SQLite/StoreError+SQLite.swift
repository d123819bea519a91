import GRDB
import PipelineCore

extension StoreError {
    /// The one place where SQLite's errors become a store's.
    init(_ error: any Error, path: String) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError: self.init(error, path: path)
        default: self = .failed("\(error)")
        }
    }

    private init(_ error: DatabaseError, path: String) {
        let words = error.message ?? "\(error.resultCode)"
        switch error.extendedResultCode {
        // A full disk also shows when SQLite cannot enlarge the index of its log.
        case .SQLITE_FULL, .SQLITE_IOERR_SHMSIZE: self = .noSpace(path)
        case .SQLITE_NOTADB, .SQLITE_CORRUPT:
            self = .unusable(path: path, detail: "\(words); \(Self.remedy)")
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM:
            self = .unusable(
                path: path, detail: "\(words); see who may read and write it and its folder")
        default: self = .failed(words)
        }
    }

    /// What helps when a file is damaged.
    static let remedy =
        "nothing was changed: put back a copy together with its '-wal', "
        + "or move both away to begin with an empty store"
}
