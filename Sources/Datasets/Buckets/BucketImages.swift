import Buckets
package import PipelineCore
package import Transport

/// Fetches images from the object store that a dataset's address names.
///
/// A store serves all of a run: where it does not let us in or is gone, the run is held, and no image
/// is blamed.
package struct BucketImages: ImageSource {
    private let keys: AccessKeys?
    private let http: HTTPClient
    private let retry: RetryPolicy

    /// Asks under `keys`, or as anybody may, and only where `network` permits; without a network,
    /// wherever a dataset says.
    package init(
        keys: AccessKeys?, network: NetworkGuard?, retry: RetryPolicy = .patient
    ) {
        self.keys = keys
        self.retry = retry
        http = HTTPClient(
            timeouts: HTTPTimeouts(connect: .seconds(10), silence: .seconds(20), rate: 16 << 10),
            proxy: .environment, network: network)
    }

    package func read(
        _ entry: ImageEntry, in dataset: RelativePath
    ) async throws(ImageSourceError) -> [UInt8] {
        guard let place = BucketPrefix(text: dataset.text),
            let (bucket, key) = entry.container.bucketAndKey
        else { throw .unreadable("it is in no bucket of the dataset's store") }
        let client = ObjectStoreClient(place.store, keys: keys, http: http, retry: retry)
        let bytes: [UInt8]
        do throws(BucketError) {
            let range = entry.archive.map { $0.offset..<($0.offset + entry.size) }
            guard range?.isEmpty != true else { return [] }
            bytes = try await client.get(
                bucket, key, range: range, etag: entry.etag,
                limit: range?.count ?? DatasetReader.maximumBytes
            ).body
        } catch {
            throw ImageSourceError(error)
        }
        guard bytes.count == entry.size, entry.sha256 == nil || entry.describes(bytes) else {
            throw .changed
        }
        return bytes
    }
}

extension ObjectStoreClient {
    /// A part of an object in the state that its store calls `etag`, in the words of a dataset.
    func part(
        _ range: Range<Int>, of bucket: String, _ key: [UInt8], etag: String?
    ) async throws(ImageSourceError) -> RemotePart {
        guard !range.isEmpty else { return RemotePart(bytes: [], total: 0) }
        do throws(BucketError) {
            let answer = try await get(bucket, key, range: range, etag: etag, limit: range.count)
            return RemotePart(
                bytes: answer.body, total: answer.contentRange?.total ?? answer.body.count)
        } catch {
            throw ImageSourceError(error)
        }
    }
}

extension ImageSourceError {
    fileprivate init(_ error: BucketError) {
        switch error {
        case .missing: self = .missing
        case .changed: self = .changed
        case .tooLarge: self = .tooLarge
        case .refused, .unreachable, .blocked: self = .held(error.description)
        case .malformed, .badKeys, .unreadable, .cancelled: self = .unreadable(error.description)
        }
    }
}

extension RetryPolicy {
    /// Tries for two minutes or so: a store that is being restarted should hold up nobody's run.
    package static let patient = RetryPolicy(
        base: .milliseconds(500), cap: .seconds(30), attempts: 9)
}
