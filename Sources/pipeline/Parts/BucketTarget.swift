import Buckets
import Foundation
import PipelineCore
import Transport

/// A place in an object store that a person names: `s3://bucket/key`.
struct BucketTarget {
    /// Where: its ``BucketPrefix/prefix`` is the object's key, or what keys begin with.
    let place: BucketPrefix
    /// Speaks to the store.
    let client: ObjectStoreClient

    /// Takes an address; nil where it names no bucket.
    init?(address: RelativePath, _ store: StoreOptions, _ keys: StoreKeyOptions) throws {
        guard let (bucket, key) = address.bucketAndKey, !bucket.isEmpty else { return nil }
        place = BucketPrefix(store: try store.place(), bucket: bucket, prefix: key)
        let http = HTTPClient(
            timeouts: HTTPTimeouts(connect: .seconds(10), silence: .seconds(30)),
            proxy: .environment)
        client = ObjectStoreClient(place.store, keys: try keys.keys(), http: http)
    }

    /// Takes the name of what is to be written; nil where it is no address but a path.
    init?(output name: String, _ store: StoreOptions, _ keys: StoreKeyOptions) throws {
        let path = RelativePath(bytes: name.utf8)
        guard path.looksLikeAddress else { return nil }
        guard let target = try Self(address: path, store, keys) else {
            throw Failure(
                .wrongUse, "'\(shown(name))' is no place to write to",
                hint: "that is a file, or s3://bucket/key")
        }
        self = target
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
