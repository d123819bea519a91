import Glibc
package import PipelineCore

import struct Crypto.SHA256

/// Writes the manifest of a dataset, and learns its SHA-256 on the way.
///
/// The lines go to a file aside, which takes the manifest's name when it is finished and on the
/// disk. A writer that is dropped before that leaves nothing behind.
package struct ManifestWriter: ~Copyable {
    private static let capacity = 1 << 18

    private let path: String
    private let aside: String
    private let file: Descriptor
    private var buffer: [UInt8] = []
    private var hash = SHA256()
    private var count = 0
    private var bytes = 0
    private var isFinished = false

    /// Begins the manifest that will lie at `path`.
    package init(path: String) throws(DatasetError) {
        self.path = path
        aside = "\(path).\(getpid()).part"
        do throws(SystemError) {
            file = try Descriptor.open(Array(aside.utf8), O_WRONLY | O_CREAT | O_TRUNC)
        } catch {
            throw Self.translated(error, path)
        }
        buffer.reserveCapacity(Self.capacity)
    }

    deinit {
        if !isFinished { unlink(aside) }
    }

    /// Adds one line.
    package mutating func append(_ entry: ImageEntry) throws(DatasetError) {
        buffer += ManifestLine.encode(entry)
        count += 1
        if buffer.count >= Self.capacity { try flush() }
    }

    /// Puts the manifest in its place, and tells what it is.
    package mutating func finish() throws(DatasetError) -> ManifestSummary {
        try flush()
        do throws(SystemError) {
            try file.synchronise()
            try SystemError.check { rename(aside, path) }
            let name = path.lastIndex(of: "/").map { path[...$0] } ?? "."
            try Descriptor.open(Array(name.utf8), O_RDONLY | O_DIRECTORY).synchronise()
        } catch {
            throw Self.translated(error, path)
        }
        isFinished = true
        return ManifestSummary(
            sha256: SHA256Digest(hash.finalize()), count: count, bytes: bytes)
    }

    private mutating func flush() throws(DatasetError) {
        do throws(SystemError) {
            try file.write(buffer)
        } catch {
            throw Self.translated(error, path)
        }
        hash.update(data: buffer)
        bytes += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }

    private static func translated(_ error: SystemError, _ path: String) -> DatasetError {
        switch error.code {
        case ENOSPC, EDQUOT: .noSpace(path)
        default: .unwritable(path, error.description)
        }
    }
}

/// A manifest that was written.
package struct ManifestSummary: Sendable, Hashable {
    /// The SHA-256 of its bytes.
    package let sha256: SHA256Digest
    /// How many lines it has, one an image.
    package let count: Int
    /// How many bytes.
    package let bytes: Int
}
