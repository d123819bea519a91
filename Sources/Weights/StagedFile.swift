import Foundation
import PipelineCore

import struct Crypto.SHA256

/// A file written aside, hashed on the way, and put in place only when it is what it should be.
///
/// One that is dropped before leaves nothing behind.
struct StagedFile: ~Copyable {
    private let path: String
    private let limit: Int
    private let file: FileHandle
    private var hash = SHA256()
    private var size = 0
    private var isFinished = false

    /// Begins a file at `path` that will take at most `limit` bytes.
    init(path: String, limit: Int) throws(WeightError) {
        self.path = path
        self.limit = limit
        let number = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard number >= 0 else { throw .system(errno, writing: path) }
        file = FileHandle(fileDescriptor: number, closeOnDealloc: true)
    }

    deinit {
        if !isFinished { unlink(path) }
    }

    /// Adds bytes; throws ``WeightMismatch`` when they are more than expected.
    mutating func append(_ bytes: UnsafeRawBufferPointer) throws {
        size += bytes.count
        guard size <= limit else { throw WeightMismatch.longer(than: limit) }
        hash.update(bufferPointer: bytes)
        do {
            try file.write(contentsOf: Data(bytes))
        } catch {
            throw WeightError.foundation(error, writing: path)
        }
    }

    /// Gives the file its final name once it is on the disk; throws ``WeightMismatch`` when its
    /// digest is not `expected`.
    mutating func finish(expecting expected: SHA256Digest, at place: String) throws {
        let found = SHA256Digest(hash.finalize())
        guard found == expected else {
            throw WeightMismatch.digest(expected: expected, found: found)
        }
        do {
            try file.synchronize()
        } catch {
            throw WeightError.foundation(error, writing: path)
        }
        guard rename(path, place) == 0 else { throw WeightError.system(errno, writing: place) }
        isFinished = true
        try Folders.synchronise(URL(filePath: place).deletingLastPathComponent().path)
    }
}

/// Why bytes are not the weights that they should be.
enum WeightMismatch: Error, CustomStringConvertible {
    /// There are more of them than were published.
    case longer(than: Int)
    /// Their SHA-256 is another.
    case digest(expected: SHA256Digest, found: SHA256Digest)

    var description: String {
        switch self {
        case .longer(let limit): "its file of weights is longer than the published \(limit) bytes"
        case .digest(let expected, let found):
            "its file of weights has SHA-256 \(found), published was \(expected)"
        }
    }
}
