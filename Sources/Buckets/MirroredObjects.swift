package import PipelineCore
import Transport

/// An object store of this host, all of which is in a bucket, too.
///
/// Nothing counts as kept before both have it. The names beneath the prefix are those on this host, so
/// that a copy of the bucket is a copy of the folder.
package struct MirroredObjects<Local: ObjectStore>: ObjectStore {
    private let local: Local
    private let client: ObjectStoreClient
    private let bucket: String
    private let prefix: [UInt8]

    /// Keeps in `mirror` what `local` keeps, by way of a client of its store.
    package init(_ local: Local, in mirror: BucketPrefix, client: ObjectStoreClient) {
        self.local = local
        self.client = client
        bucket = mirror.bucket
        let slash = UInt8(ascii: "/")
        prefix =
            mirror.prefix.isEmpty || mirror.prefix.last == slash
            ? mirror.prefix : mirror.prefix + [slash]
    }

    package func put<Bytes: AsyncSequence & Sendable>(
        _ key: ObjectKey, from bytes: Bytes, sha256: SHA256Digest?, limit: Int
    ) async throws -> StoredObject where Bytes.Element == [UInt8] {
        let stored = try await local.put(key, from: bytes, sha256: sha256, limit: limit)
        let path = try local.path(of: key)
        do throws(BucketError) {
            try await client.put(bucket, name(of: key), .file(path: path), sha256: stored.sha256)
        } catch {
            throw ObjectError.unreachable(
                "'\(key.path)' is not in the bucket '\(bucket)': \(error)")
        }
        return stored
    }

    package func path(of key: ObjectKey) throws -> String { try local.path(of: key) }

    package func results(of run: RunID) throws -> [ObjectKey] { try local.results(of: run) }

    /// From the bucket first: what is left on this host is found again.
    package func remove(_ key: ObjectKey) async throws {
        do throws(BucketError) {
            try await client.remove(bucket, name(of: key))
        } catch {
            throw ObjectError.unreachable(
                "'\(key.path)' cannot be removed from the bucket '\(bucket)': \(error)")
        }
        try await local.remove(key)
    }

    private func name(of key: ObjectKey) -> [UInt8] { prefix + Array(key.path.utf8) }
}
