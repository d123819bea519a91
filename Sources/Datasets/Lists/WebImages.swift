package import PipelineCore
package import Transport

/// Fetches images from the addresses that a dataset names.
///
/// A server that is silent, slow or busy is asked again, with growing pauses; what it says of an
/// image in the end is that image's affair and nobody else's, so that one site which is gone does
/// not hold up a list of many.
package struct WebImages: ImageSource {
    private let http: HTTPClient
    private let retry: RetryPolicy

    /// How long a whole image may take: at the slowest rate that is borne, this is about 2 MB.
    private static let deadline = Duration.seconds(120)

    /// Connects only where `network` permits; tries `retry.attempts` times.
    package init(network: NetworkGuard, retry: RetryPolicy = RetryPolicy(attempts: 4)) {
        self.init(
            http: HTTPClient(
                timeouts: HTTPTimeouts(
                    connect: .seconds(10), silence: .seconds(20), rate: 16 << 10),
                network: network),
            retry: retry)
    }

    /// Fetches over `http`, which guards the network.
    init(http: HTTPClient, retry: RetryPolicy) {
        self.http = http
        self.retry = retry
    }

    package func read(
        _ entry: ImageEntry, in dataset: RelativePath
    ) async throws(ImageSourceError) -> [UInt8] {
        let bytes: [UInt8]
        if let archive = entry.archive {
            let range = archive.offset..<(archive.offset + entry.size)
            bytes = range.isEmpty ? [] : try await part(range, of: archive.path).bytes
        } else {
            bytes = try await fetch(try Self.request(for: entry.file)).body
        }
        if entry.sha256 != nil, !entry.describes(bytes) { throw .changed }
        return bytes
    }

    /// A part of the file at an address, of which only the file's end may cut something off.
    func part(
        _ range: Range<Int>, of address: RelativePath
    ) async throws(ImageSourceError) -> RemotePart {
        var request = try Self.request(for: address, limit: range.count)
        request.range = range
        let answer: HTTPResponse
        do throws(ImageSourceError) {
            answer = try await fetch(request)
        } catch .tooLarge {
            throw .unreadable("its server sends files whole only, and no parts of them")
        }
        let state = answer.headers["etag"]
        if let (part, total) = answer.contentRange, part.lowerBound == range.lowerBound {
            return RemotePart(bytes: answer.body, total: total, state: state)
        }
        guard range.lowerBound == 0, answer.contentRange == nil else {
            throw .unreadable("its server sends files whole only, and no parts of them")
        }
        // All of it was less than the part that was asked for.
        return RemotePart(bytes: answer.body, total: answer.body.count, state: state)
    }

    private static func request(
        for address: RelativePath, limit: Int = DatasetReader.maximumBytes
    ) throws(ImageSourceError) -> HTTPRequest {
        guard let url = String(validating: address.bytes, as: UTF8.self) else {
            throw .unreadable("its address is not UTF-8")
        }
        var request = HTTPRequest(
            .get, url.percentEncodedBeyondASCII, limit: limit, deadline: deadline)
        request.redirects = 3
        return request
    }

    private func fetch(_ request: HTTPRequest) async throws(ImageSourceError) -> HTTPResponse {
        let (answer, sent) = await http.send(request, retry: retry)
        let words: String
        switch answer {
        case .success(let response):
            if response.isSuccess { return response }
            guard RetryPolicy.isTransient(status: response.status) else {
                throw Self.refusal(response.status)
            }
            words = "it answers with status \(response.status)"
        case .failure(let error):
            guard error.isTransient else { throw Self.refusal(error) }
            words = Self.words(for: error)
        }
        throw .unreachable("its server was asked \(sent) times: \(words)")
    }

    private static func refusal(_ status: Int) -> ImageSourceError {
        switch status {
        case 404, 410: .missing
        case 300..<400: .unreadable("its address leads elsewhere too often, or nowhere")
        default: .unreadable("its server refuses it with status \(status)")
        }
    }

    private static func refusal(_ error: HTTPError) -> ImageSourceError {
        switch error {
        case .tooLarge: .tooLarge
        case .blocked(let address): .notAllowed(address.description)
        default: .unreadable("it cannot be fetched: \(error)")
        }
    }

    /// The same words whenever it happens: libcurl's own tell of milliseconds and bytes, and a row
    /// should say the same whichever worker had it.
    private static func words(for error: HTTPError) -> String {
        if case .timeout = error { return "it was too slow" }
        return "the connection was not made, or broke"
    }
}

extension String {
    /// An address as it is sent: what is not ASCII is percent-encoded, all else is left alone.
    var percentEncodedBeyondASCII: String {
        guard !utf8.allSatisfy({ $0 < 0x80 }) else { return self }
        var text = ""
        for byte in utf8 {
            if byte < 0x80 {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += "%" + hexadecimal([byte]).uppercased()
            }
        }
        return text
    }
}
