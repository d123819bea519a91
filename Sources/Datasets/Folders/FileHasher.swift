import Glibc
import PipelineCore

import struct Crypto.SHA256

/// Computes the SHA-256 of files, piece by piece through one buffer.
final class FileHasher {
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)

    deinit { buffer.deallocate() }

    /// What was found in a file.
    enum Finding {
        /// All bytes were read: so many, with this digest.
        case hashed(SHA256Digest, size: Int)
        /// It does not begin as an image does.
        case notAnImage
        /// It is larger than an image may be.
        case tooLarge(size: Int)
        /// It had another size at the end than at the beginning.
        case changed(size: Int)
    }

    /// Reads `file` from its beginning to its end.
    ///
    /// With `onlyImages`, a file whose first bytes are not an image's is left at that.
    func hash(
        _ file: borrowing Descriptor, onlyImages: Bool, limit: Int
    ) throws(SystemError) -> Finding {
        let size = try file.status().size
        var hash = SHA256()
        var read = 0
        while read <= size {
            let count = try file.read(into: buffer)
            let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            if read == 0 {
                if onlyImages, !ImageKind.looksLikeImage(piece) { return .notAnImage }
                guard size <= limit else { return .tooLarge(size: size) }
            }
            guard count > 0 else { break }
            hash.update(bufferPointer: piece)
            read += count
        }
        guard read == size else { return .changed(size: size) }
        return .hashed(SHA256Digest(hash.finalize()), size: size)
    }
}
