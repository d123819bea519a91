import Foundation
import PipelineCore
import Synchronization

import struct Crypto.SHA256

/// The SHA-256 of files, computed once for as long as a file is the same.
final class FileDigests: Sendable {
    /// What the whole process knows.
    static let shared = FileDigests()

    /// Changes whenever a file is replaced or written to.
    private struct Identity: Hashable {
        let device: UInt
        let inode: UInt
        let size: Int
        let modified: [Int]
        let changed: [Int]
    }

    private let known = Mutex<[Identity: SHA256Digest]>([:])

    /// The digest of the file at `path`, which must be a regular one.
    func digest(of path: String) throws(WeightError) -> SHA256Digest {
        // Neither waits for the other end of a pipe nor disturbs a device.
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard number >= 0 else {
            throw .unreadable(path: path, String(cString: strerror(errno)))
        }
        let file = FileHandle(fileDescriptor: number, closeOnDealloc: true)
        var status = stat()
        guard fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .unreadable(path: path, "it is not a file")
        }
        let identity = Identity(
            device: UInt(status.st_dev), inode: UInt(status.st_ino), size: Int(status.st_size),
            modified: [status.st_mtim.tv_sec, status.st_mtim.tv_nsec],
            changed: [status.st_ctim.tv_sec, status.st_ctim.tv_nsec])
        if let digest = known.withLock({ $0[identity] }) { return digest }
        let digest = try Self.hash(file, path)
        known.withLock { $0[identity] = digest }
        return digest
    }

    private static func hash(_ file: FileHandle, _ path: String) throws(WeightError) -> SHA256Digest
    {
        var hash = SHA256()
        do {
            while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
                hash.update(data: piece)
            }
        } catch {
            throw .foundation(error, reading: path)
        }
        return SHA256Digest(hash.finalize())
    }
}
