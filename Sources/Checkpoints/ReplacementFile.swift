import Glibc

/// A file that takes its name only when it is complete and on disk.
///
/// Until then it stands beside its place under a name of its own, which is removed if it is given
/// up.
final class ReplacementFile {
    private let path: String
    private let draft: String
    private let descriptor: CInt
    private var isCommitted = false

    init(path: String) throws(CheckpointError) {
        let salt = String(UInt64.random(in: 0...UInt64.max), radix: 36)
        self.path = path
        draft = "\(path).\(salt).partial"
        descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .unwritable(path: path, reason: reason()) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        if descriptor >= 0, !isCommitted { unlink(draft) }
    }

    func append(_ bytes: [UInt8]) throws(CheckpointError) {
        var done = 0
        while done < bytes.count {
            let written = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done)
            }
            guard written > 0 || errno == EINTR else {
                throw .unwritable(path: path, reason: reason())
            }
            done += max(written, 0)
        }
    }

    /// Brings the bytes to disk, then the name, then the folder that holds the name.
    func commit() throws(CheckpointError) {
        guard fsync(descriptor) == 0, rename(draft, path) == 0 else {
            throw .unwritable(path: path, reason: reason())
        }
        isCommitted = true
        let parent = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let folder = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw .unwritable(path: path, reason: reason()) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw .unwritable(path: path, reason: reason()) }
    }
}
