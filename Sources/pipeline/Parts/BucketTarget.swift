import Buckets
import Foundation
import PipelineCore
import Transport

/// A place in an object store that something is written to: `s3://bucket/key`.
struct BucketTarget {
    /// Where: its ``BucketPrefix/prefix`` is the object's key, or what keys begin with.
    let place: BucketPrefix
    /// Speaks to the store.
    let client: ObjectStoreClient

    /// Takes what a person wrote; nil where it is no address of a bucket but a path.
    init?(_ name: String, _ store: StoreOptions, _ keys: StoreKeyOptions) throws {
        let path = RelativePath(bytes: name.utf8)
        guard path.looksLikeAddress else { return nil }
        guard let (bucket, key) = path.bucketAndKey, !bucket.isEmpty else {
            throw Failure(
                .wrongUse, "'\(shown(name))' is no place to write to",
                hint: "that is a file, or s3://bucket/key")
        }
        place = BucketPrefix(store: try store.place(), bucket: bucket, prefix: key)
        let http = HTTPClient(
            timeouts: HTTPTimeouts(connect: .seconds(10), silence: .seconds(30)),
            proxy: .environment)
        client = ObjectStoreClient(place.store, keys: try keys.keys(), http: http)
    }

    /// Writes the file at `path` as the object of that name; throws ``Failure``.
    func put(file path: String) async throws {
        guard !place.prefix.isEmpty, place.prefix.last != UInt8(ascii: "/") else {
            throw Failure(
                .wrongUse, "'s3://\(place.bucket)/' names no object",
                hint: "say what it is to be called: s3://\(place.bucket)/labels.jsonl")
        }
        let content = try Data(contentsOf: URL(filePath: path), options: .alwaysMapped)
        do throws(BucketError) {
            try await client.put(
                place.bucket, place.prefix, .file(path: path), sha256: SHA256Digest(of: content))
        } catch {
            throw Failure(
                .notNow, "the manifest is not in the bucket '\(place.bucket)': \(error)")
        }
    }
}
