package import PipelineCore
package import Transport

/// Speaks to an object store as Amazon's S3 does: lists, reads, writes and removes objects.
///
/// Requests are signed where there are keys, and name a bucket in the path. What the store is too
/// busy for is asked again, with growing pauses; a redirect is never followed, since the keys were
/// meant for this store.
package struct ObjectStoreClient: Sendable {
    /// Where the store is.
    package let store: StorePlace
    private let keys: AccessKeys?
    private let http: HTTPClient
    private let retry: RetryPolicy
    private let pageSize: Int

    /// Asks the store at `store` over `http`; without keys, as anybody may.
    ///
    /// A page of a listing has up to `pageSize` objects, of which Amazon gives a thousand at most.
    package init(
        _ store: StorePlace, keys: AccessKeys?, http: HTTPClient,
        retry: RetryPolicy = RetryPolicy(attempts: 5), pageSize: Int = 1000
    ) {
        self.pageSize = pageSize
        self.store = store
        self.keys = keys
        self.http = http
        self.retry = retry
    }

    /// A page of the objects whose keys begin with `prefix`, in the store's order.
    ///
    /// The next page comes after this one's ``ObjectListing/continuation``. Throws ``BucketError``.
    package func page(
        of bucket: String, prefix: [UInt8], after continuation: [UInt8]?
    ) async throws(BucketError) -> ObjectListing {
        var query: [(name: String, value: [UInt8])] = [
            ("list-type", Array("2".utf8)), ("max-keys", Array("\(pageSize)".utf8)),
            ("prefix", prefix),
        ]
        if let continuation { query.append(("continuation-token", continuation)) }
        let request = request(.get, bucket, query: query)
        let listing = try ObjectListing(xml: try await send(request).body)
        // The same place twice would be a list without an end.
        guard listing.continuation == nil || listing.continuation != continuation else {
            throw .malformed("the list does not go on")
        }
        return listing
    }

    /// The bytes of an object, or those in `range` of it.
    ///
    /// With an `etag`, only if the object is still in that state. An object of more than `limit`
    /// bytes is not taken. Throws ``BucketError``.
    package func get(
        _ bucket: String, _ key: [UInt8], range: Range<Int>? = nil, etag: String? = nil, limit: Int
    ) async throws(BucketError) -> HTTPResponse {
        var request = request(.get, bucket, key)
        request.range = range
        request.limit = limit
        if let etag, !etag.isEmpty { request.headers.append(("if-match", "\"\(etag)\"")) }
        let response = try await send(request)
        // Not every store heeds the condition.
        if let etag, !etag.isEmpty, let now = response.headers["etag"], now.plainETag != etag {
            throw .changed
        }
        guard range == nil || response.contentRange?.part == range else {
            throw .malformed("it sends an object whole that was asked for in part")
        }
        return response
    }

    /// Writes an object whose bytes have that SHA-256, whole or not at all; one that is there already is
    /// replaced.
    ///
    /// Throws ``BucketError``; what the store received otherwise than it was sent, it refuses.
    package func put(
        _ bucket: String, _ key: [UInt8], _ body: HTTPBody, sha256: SHA256Digest
    ) async throws(BucketError) {
        var request = request(.put, bucket, key)
        request.body = body
        // As long as it takes: a connection that stands still ends by itself.
        request.deadline = nil
        request.signer = keys.map {
            RequestSigner(keys: $0, region: store.region, service: "s3", content: sha256.hex)
        }
        _ = try await send(request)
    }

    /// Removes an object, if it is there; throws ``BucketError``.
    package func remove(_ bucket: String, _ key: [UInt8]) async throws(BucketError) {
        do throws(BucketError) {
            _ = try await send(request(.delete, bucket, key))
        } catch .missing {}
    }

    private func request(
        _ method: HTTPRequest.Method, _ bucket: String, _ key: [UInt8]? = nil,
        query: [(name: String, value: [UInt8])] = []
    ) -> HTTPRequest {
        let path = [Array(bucket.utf8)] + (key.map { [$0] } ?? [])
        var request = HTTPRequest(
            method, CanonicalURL.text(store.base, path: path, query: query), deadline: .seconds(120)
        )
        request.signer = keys.map { RequestSigner(keys: $0, region: store.region, service: "s3") }
        return request
    }

    private func send(_ request: HTTPRequest) async throws(BucketError) -> HTTPResponse {
        let (answer, sent) = await http.send(request, retry: retry)
        switch answer {
        case .success(let response):
            if response.isSuccess { return response }
            let code = Self.errorCode(in: response.body)
            guard !RetryPolicy.isTransient(status: response.status) else {
                throw .unreachable(
                    "asked \(sent) times, the last answer was \(response.status) \(code)")
            }
            throw Self.error(status: response.status, code: code)
        case .failure(.blocked(let address)): throw .blocked(address)
        case .failure(.tooLarge): throw .tooLarge
        case .failure(.cancelled): throw .cancelled
        case .failure(.unreadable(let path, let words)): throw .unreadable(path: path, words)
        case .failure(let error):
            guard error.isTransient else { throw .unreachable("\(error)") }
            throw .unreachable("asked \(sent) times, the last answer was '\(error)'")
        }
    }

    private static func error(status: Int, code: String) -> BucketError {
        switch (status, code) {
        case (404, "NoSuchBucket"): .refused(code: code, status: status)
        case (404, _), (410, _): .missing
        case (412, _), (416, _): .changed
        default: .refused(code: code.isEmpty ? "no word of its own" : code, status: status)
        }
    }

    /// The word in the body of a refusal, such as `NoSuchKey`; empty where there is none.
    private static func errorCode(in body: [UInt8]) -> String {
        var scanner = XMLScanner(body)
        var isCode = false
        while let event = try? scanner.next() {
            switch event {
            case .open(let name): isCode = name == "Code"
            case .text(let bytes) where isCode:
                let word = bytes.prefix(64).filter { byte in
                    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                }
                return String(decoding: word, as: UTF8.self)
            case .text, .close: break
            }
        }
        return ""
    }
}
