import Glibc
import PipelineCore

import struct Crypto.SHA256

/// A file on its way into the store.
///
/// It has one owner, and what that owner lets go of without putting it in place is removed.
struct PendingFile: ~Copyable {
    private let path: String
    private let descriptor: CInt
    private var hash = SHA256()
    /// Bytes so far.
    private(set) var size = 0

    init(in folder: String) throws(ObjectError) {
        path = folder + "/" + hexadecimal((0..<16).map { _ in UInt8.random(in: .min ... .max) })
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw ObjectError(errno, path) }
    }

    // Once in place, there is nothing left under this name.
    deinit {
        close(descriptor)
        unlink(path)
    }

    /// The SHA-256 of the bytes so far.
    var sha256: SHA256Digest { SHA256Digest(hash.finalize()) }

    mutating func append(_ bytes: [UInt8]) throws(ObjectError) {
        hash.update(data: bytes)
        size += bytes.count
        var done = 0
        while done < bytes.count {
            let written = bytes.withUnsafeBytes { buffer in
                write(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
            }
            guard written >= 0 || errno == EINTR else { throw ObjectError(errno, path) }
            done += max(written, 0)
        }
    }

    /// What brings the file to its place, for another thread to do while this one waits.
    func placement(at target: String) -> Placement {
        Placement(descriptor: descriptor, source: path, target: target)
    }

    /// The bytes to disk, then the name, then the folder that holds the name.
    struct Placement: Sendable {
        let descriptor: CInt
        let source: String
        let target: String

        func run() throws(ObjectError) {
            let folder = parent(of: target)
            try makeFolders(folder)
            guard fsync(descriptor) == 0, rename(source, target) == 0 else {
                throw ObjectError(errno, target)
            }
            try syncFolder(folder)
        }
    }
}
