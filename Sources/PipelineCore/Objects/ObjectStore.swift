/// Where manifests and results are kept: immutable files under names that we make ourselves.
package protocol ObjectStore: Sendable {
    /// Receives an object whole, or leaves nothing.
    ///
    /// The bytes are written aside, checked against `sha256` where one is given, made durable and
    /// only then put in place; an object that is there already is replaced by the same bytes.
    /// Throws ``ObjectError``.
    func put<Bytes: AsyncSequence & Sendable>(
        _ key: ObjectKey, from bytes: Bytes, sha256: SHA256Digest?, limit: Int
    ) async throws -> StoredObject where Bytes.Element == [UInt8]

    /// A local path through which the object can be mapped; throws ``ObjectError/missing(_:)``.
    func path(of key: ObjectKey) throws -> String

    /// The keys of a run's results.
    func results(of run: RunID) throws -> [ObjectKey]

    /// Removes the object, if it is there.
    func remove(_ key: ObjectKey) async throws
}

/// The name of an object: made of ids, numbers and digests, never of a user's words.
package enum ObjectKey: Sendable, Hashable {
    /// A run's manifest, JSON Lines of ``ImageEntry``.
    case manifest(RunID)
    /// The result of one attempt at a shard.
    case result(RunID, shard: Int, epoch: Int, sha256: SHA256Digest)

    /// The object's path beneath its store.
    package var path: String {
        switch self {
        case .manifest(let run):
            "runs/\(run)/manifest.jsonl"
        case .result(let run, let shard, let epoch, let sha256):
            "runs/\(run)/results/\(shard)-\(epoch)-\(sha256).safetensors"
        }
    }
}

/// What was stored.
package struct StoredObject: Sendable, Hashable {
    /// The SHA-256 of its bytes.
    package var sha256: SHA256Digest
    /// How many bytes.
    package var size: Int

    /// Names every field.
    package init(sha256: SHA256Digest, size: Int) {
        self.sha256 = sha256
        self.size = size
    }
}

/// Why an object was not stored or read.
package enum ObjectError: Error, Sendable, Equatable {
    /// There is no such object.
    case missing(String)
    /// The bytes that came are not those that were announced.
    case mismatch(key: String, expected: SHA256Digest, found: SHA256Digest)
    /// More bytes came than allowed.
    case tooLarge(key: String, limit: Int)
    /// The disk is full.
    case noSpace(String)
    /// The bucket that results go to does not take it; why, and what to do.
    case unreachable(String)
    /// The file system refused, in its own words.
    case failed(String)
}

extension ObjectError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let key): "there is no object '\(key)'"
        case .mismatch(let key, let expected, let found):
            "'\(key)' arrived damaged: its SHA-256 is \(found), announced was \(expected); send it again"
        case .tooLarge(let key, let limit): "'\(key)' is larger than the \(limit) bytes allowed"
        case .noSpace(let path):
            "the disk of '\(path)' is full; free some space and the work goes on"
        case .unreachable(let words), .failed(let words): words
        }
    }
}
