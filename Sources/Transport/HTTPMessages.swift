/// What is asked of a server.
package struct HTTPRequest: Sendable {
    /// What is done with the resource.
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
    }

    /// A header's name and value, as sent.
    package typealias Header = (name: String, value: String)

    /// What is done with the resource.
    package var method: Method
    /// Where: an `http` or `https` URL.
    package var url: String
    /// Headers beside those that the transfer itself needs.
    package var headers: [Header]
    /// What is sent along; nil for nothing.
    package var body: HTTPBody?
    /// The largest answer that is kept in memory, in bytes; a longer one is an error.
    package var limit: Int
    /// How long the whole exchange may take; nil leaves that to the low-speed limit.
    package var deadline: Duration?
    /// How many times an answer may send it elsewhere; 0 takes such an answer as it is.
    ///
    /// From `https` it goes to `https` only.
    package var redirects = 0
    /// The bytes of the resource that are wanted; nil for all of it.
    package var range: Range<Int>?
    /// Whose keys sign it; such a request must not be redirected.
    package var signer: RequestSigner?

    /// Names the usual fields; by default the answer may hold 16 MiB and take a minute.
    package init(
        _ method: Method = .get, _ url: String, headers: [Header] = [], body: HTTPBody? = nil,
        limit: Int = 16 << 20, deadline: Duration? = .seconds(60)
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.limit = limit
        self.deadline = deadline
    }
}

/// What is sent along with a request; it can be sent again from its beginning.
package enum HTTPBody: Sendable {
    /// Bytes that are in memory.
    case bytes([UInt8])
    /// A file, sent piece by piece.
    case file(path: String)
}

/// What a server answered.
package struct HTTPResponse: Sendable {
    /// The status code, such as 200.
    package var status: Int
    /// The headers, their names in lower case.
    package var headers: [String: String]
    /// The body; empty when it was streamed elsewhere.
    package var body: [UInt8]

    /// Names every field.
    package init(status: Int, headers: [String: String] = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Whether the server did what was asked.
    package var isSuccess: Bool { (200..<300).contains(status) }

    /// Which part of the resource the body is, and how many bytes the whole has; nil where the body
    /// is the whole.
    ///
    /// There are servers that send a part with status 200: the header is what counts.
    package var contentRange: (part: Range<Int>, total: Int)? {
        let words = headers["content-range"]?.split(separator: " ") ?? []
        guard words.count == 2, words[0].lowercased() == "bytes" else { return nil }
        let numbers = words[1].split(omittingEmptySubsequences: false) { "-/".contains($0) }
            .map { Int($0) }
        guard numbers.count == 3, let first = numbers[0], let last = numbers[1],
            let total = numbers[2], 0 <= first, first <= last, last < total,
            body.count == last - first + 1
        else { return nil }
        return (first..<(last + 1), total)
    }
}
