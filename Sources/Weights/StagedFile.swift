import Foundation
import Models
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

    /// Names the file in `folder` by its digest once it is on the disk, and tells where it lies;
    /// throws ``WeightMismatch`` when its digest is not the `expected` one.
    mutating func finish(
        expecting expected: WeightSource.Digest, in folder: String
    ) throws -> String {
        let found = SHA256Digest(hash.finalize())
        guard expected.matches(found) else {
            throw WeightMismatch.digest(expected: expected, found: found)
        }
        do {
            try file.synchronize()
        } catch {
            throw WeightError.foundation(error, writing: path)
        }
        let place = "\(folder)/\(found)"
        guard rename(path, place) == 0 else { throw WeightError.system(errno, writing: place) }
        isFinished = true
        try Folders.synchronise(folder)
        return place
    }
}

/// Why bytes are not the weights that they should be.
enum WeightMismatch: Error, CustomStringConvertible {
    /// There are more of them than were published, or than weights ever have.
    case longer(than: Int)
    /// Their SHA-256 is another.
    case digest(expected: WeightSource.Digest, found: SHA256Digest)

    var description: String {
        switch self {
        case .longer(let limit): "its file of weights is longer than \(limit) bytes"
        case .digest(let expected, let found):
            "its file of weights has SHA-256 \(found), published was \(expected)"
        }
    }
}
