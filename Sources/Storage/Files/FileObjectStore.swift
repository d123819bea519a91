import Dispatch
import Foundation
import Glibc
package import PipelineCore

/// Manifests and results as files in a folder.
///
/// An object appears under its name whole and on disk, or not at all: it is written in `tmp/`,
/// checked, synced and only then moved to its place. One store at a time may use the folder; the
/// lock of the job store beside it sees to that.
package struct FileObjectStore: ObjectStore {
    /// The folder, without a `/` at the end.
    package let folder: String
    private let disk = DispatchQueue(label: "object store", attributes: .concurrent)

    /// Opens the store in `folder`, makes the folder if need be, and sweeps away what an earlier
    /// process left half-written.
    package init(folder: String) throws(ObjectError) {
        self.folder = folder
        try makeFolders(folder + "/tmp")
        for name in try names(in: folder + "/tmp") {
            try removeFile(folder + "/tmp/" + name)
        }
    }

    package func put<Bytes: AsyncSequence & Sendable>(
        _ key: ObjectKey, from bytes: Bytes, sha256: SHA256Digest?, limit: Int
    ) async throws -> StoredObject where Bytes.Element == [UInt8] {
        var file = try PendingFile(in: folder + "/tmp")
        for try await piece in bytes {
            guard piece.count <= limit - file.size else {
                throw ObjectError.tooLarge(key: key.path, limit: limit)
            }
            try file.append(piece)
        }
        let found = file.sha256
        guard sha256 == nil || sha256 == found else {
            throw ObjectError.mismatch(key: key.path, expected: sha256 ?? found, found: found)
        }
        let placement = file.placement(at: folder + "/" + key.path)
        try await onDisk { () throws(ObjectError) in try placement.run() }
        return StoredObject(sha256: found, size: file.size)
    }

    package func path(of key: ObjectKey) throws(ObjectError) -> String {
        let path = folder + "/" + key.path
        guard access(path, F_OK) == 0 else { throw .missing(key.path) }
        return path
    }

    package func results(of run: RunID) throws(ObjectError) -> [ObjectKey] {
        try names(in: "\(folder)/runs/\(run)/results").compactMap { ObjectKey(result: $0, of: run) }
    }

    package func remove(_ key: ObjectKey) throws(ObjectError) {
        try removeFile(folder + "/" + key.path)
    }

    /// Waits for the disk on a thread that may wait.
    private func onDisk(_ work: @escaping @Sendable () throws(ObjectError) -> Void) async throws {
        try await withCheckedThrowingContinuation { continuation in
            disk.async {
                continuation.resume(with: Result { try work() })
            }
        }
    }
}

extension ObjectKey {
    /// The result whose file is called `name`; nil for any other file.
    fileprivate init?(result name: String, of run: RunID) {
        let parts = name.prefix { $0 != "." }.split(separator: "-")
        guard parts.count == 3, let shard = Int(parts[0]), let epoch = Int(parts[1]),
            let sha256 = SHA256Digest(hex: parts[2])
        else { return nil }
        let key = Self.result(run, shard: shard, epoch: epoch, sha256: sha256)
        guard key.path.hasSuffix("/" + name) else { return nil }
        self = key
    }
}
