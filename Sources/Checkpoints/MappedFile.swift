import Glibc

/// A file mapped for reading, for as long as anything points into it.
///
/// A mapping sees what happens to its file. Replace checkpoints by renaming a new file over the
/// old one: cutting a file that is mapped ends the process that reads it.
package final class MappedFile: TensorBytes, @unchecked Sendable {
    package let path: String
    /// The whole file; valid only while this object is.
    package let bytes: UnsafeRawBufferPointer

    /// Maps the regular file at `path`, which may be a symbolic link only if `followsLink`.
    ///
    /// Throws ``CheckpointError/notFound(path:)`` or ``CheckpointError/unreadable(path:reason:)``.
    package init(path: String, followsLink: Bool = true) throws(CheckpointError) {
        // A pipe or device is refused below; it must not hold us up before that.
        let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followsLink ? 0 : O_NOFOLLOW)
        let descriptor = open(path, flags)
        guard descriptor >= 0 else {
            throw errno == ENOENT
                ? .notFound(path: path) : .unreadable(path: path, reason: reason())
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw .unreadable(path: path, reason: reason())
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .unreadable(path: path, reason: "it is not a regular file")
        }
        self.path = path
        let size = Int(status.st_size)
        guard size > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0),
            start != MAP_FAILED
        else { throw .unreadable(path: path, reason: reason()) }
        bytes = UnsafeRawBufferPointer(start: start, count: size)
    }

    deinit {
        if let start = bytes.baseAddress {
            munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
        }
    }
}

/// The last system call's failure, in the system's words.
func reason() -> String { String(cString: strerror(errno)) }
