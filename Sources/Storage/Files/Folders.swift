import Foundation
import Glibc
import PipelineCore

/// Makes the folder and those above it, each on disk before this returns.
func makeFolders(_ path: String) throws(ObjectError) {
    if mkdir(path, 0o755) == 0 { return try syncFolder(parent(of: path)) }
    switch errno {
    case EEXIST: return
    case ENOENT where path.contains("/"):
        try makeFolders(parent(of: path))
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw ObjectError(errno, path) }
        try syncFolder(parent(of: path))
    default: throw ObjectError(errno, path)
    }
}

/// Brings the names in a folder to disk.
func syncFolder(_ path: String) throws(ObjectError) {
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw ObjectError(errno, path) }
    defer { close(folder) }
    guard fsync(folder) == 0 else { throw ObjectError(errno, path) }
}

/// The folder that holds `path`.
func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// What the folder holds, in order; nothing when it does not exist.
func names(in folder: String) throws(ObjectError) -> [String] {
    guard access(folder, F_OK) == 0 else { return [] }
    do {
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    } catch {
        throw .failed("'\(folder)' cannot be listed: \(error.localizedDescription)")
    }
}

/// Removes the file, if it is there.
func removeFile(_ path: String) throws(ObjectError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw ObjectError(errno, path) }
}

extension ObjectError {
    /// What the system said of `path`.
    init(_ code: CInt, _ path: String) {
        switch code {
        case ENOSPC, EDQUOT: self = .noSpace(path)
        default: self = .failed("'\(path)': \(String(cString: strerror(code)))")
        }
    }
}
