import Foundation

/// The cache's folders.
enum Folders {
    /// Makes a folder that only its owner may read, and the folders above it, where they are not.
    static func make(_ path: String) throws(WeightError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw .foundation(error, writing: path)
        }
    }

    /// Waits until the names in a folder are on the disk.
    static func synchronise(_ path: String) throws(WeightError) {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw .system(errno, writing: path) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw .system(errno, writing: path) }
    }
}

extension WeightError {
    /// What the operating system refused while `path` was written.
    static func system(_ code: CInt, writing path: String) -> Self {
        switch code {
        case ENOSPC, EDQUOT: .noSpace(path: path)
        default: .unwritable(path: path, String(cString: strerror(code)))
        }
    }

    /// What Foundation refused while `path` was written.
    static func foundation(_ error: any Error, writing path: String) -> Self {
        if let code = systemCode(of: error) { return .system(code, writing: path) }
        return .unwritable(path: path, error.localizedDescription)
    }

    /// What Foundation refused while `path` was read.
    static func foundation(_ error: any Error, reading path: String) -> Self {
        let words = systemCode(of: error).map { String(cString: strerror($0)) }
        return .unreadable(path: path, words ?? error.localizedDescription)
    }

    /// The operating system's code at the bottom of an error of Foundation's.
    private static func systemCode(of error: any Error) -> CInt? {
        var error: NSError? = error as NSError
        while let present = error {
            if present.domain == NSPOSIXErrorDomain { return CInt(exactly: present.code) }
            error = present.userInfo[NSUnderlyingErrorKey] as? NSError
        }
        return nil
    }
}
