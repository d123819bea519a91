import Glibc

/// How many bytes, for people who set limits.
struct Bytes {
    let count: UInt64

    static func mebibytes(_ count: UInt64) -> Bytes { Bytes(count: count << 20) }
    static func gibibytes(_ count: UInt64) -> Bytes { Bytes(count: count << 30) }
}

/// Whether a folder can be written to, and what its disk has left.
enum Room {
    /// What `path`, or the folder that it would be made in, is like; below `least` bytes free it
    /// fails, below `fair` it warns.
    static func finding(_ name: String, in path: String, least: Bytes, fair: Bytes) -> Finding {
        let folder = existing(path)
        var disk = statvfs()
        guard statvfs(folder, &disk) == 0 else {
            return Finding(
                name, .failed, "'\(folder)': \(String(cString: strerror(errno)))",
                advice: "see whether its disk is there")
        }
        guard access(folder, W_OK | X_OK) == 0 else {
            return Finding(
                name, .failed, "'\(folder)' cannot be written: \(String(cString: strerror(errno)))",
                advice: "let this user write there, or choose another folder")
        }
        let free = UInt64(disk.f_bavail) * UInt64(disk.f_frsize)
        let words = "'\(path)': \(free >> 20) MiB are free"
        guard free >= fair.count, disk.f_files == 0 || disk.f_favail > 1000 else {
            return Finding(
                name, free < least.count ? .failed : .warning, words,
                advice: "free some space or files of that disk, before work stops there")
        }
        return Finding(name, .ok, words)
    }

    /// The folder itself, or the nearest one above it that exists.
    private static func existing(_ path: String) -> String {
        var path = path.hasSuffix("/") && path != "/" ? String(path.dropLast()) : path
        while access(path, F_OK) != 0, let slash = path.lastIndex(of: "/") {
            path = slash == path.startIndex ? "/" : String(path[..<slash])
        }
        return access(path, F_OK) == 0 ? path : "."
    }
}
