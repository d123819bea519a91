import CCurl

/// Why there is no answer from a server.
package enum HTTPError: Error, Sendable, Equatable {
    /// The connection was not made, or broke; the detail is libcurl's.
    case connection(String)
    /// The server was too slow.
    case timeout(String)
    /// The answer is longer than the request allows.
    case tooLarge(limit: Int)
    /// The URL can never work.
    case unusable(String)
    /// The host's address is one that this client does not connect to.
    case blocked(IPAddress)
    /// One side does not trust the other's certificate, or a certificate's file is of no use; the
    /// detail is libcurl's.
    case untrusted(String)
    /// The file to be sent could not be read.
    case unreadable(path: String, detail: String)
    /// Whoever asked no longer wants the answer.
    case cancelled

    /// Whether the same request may succeed a little later.
    package var isTransient: Bool {
        switch self {
        case .connection, .timeout: true
        case .tooLarge, .unusable, .blocked, .untrusted, .unreadable, .cancelled: false
        }
    }
}

extension HTTPError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .connection(let detail), .timeout(let detail), .unusable(let detail),
            .untrusted(let detail):
            detail
        case .blocked(let address): "connections to \(address) are not allowed"
        case .tooLarge(let limit): "the answer is longer than the \(limit) bytes expected"
        case .unreadable(let path, let detail): "cannot read '\(path)': \(detail)"
        case .cancelled: "the request was cancelled"
        }
    }
}

extension HTTPError {
    /// Whether the other side refused our certificate, which shows as a connection that broke, with
    /// the name of RFC 8446's alert among the words.
    private static func isMistrust(_ words: String) -> Bool {
        words.contains("alert") && (words.contains("certificate") || words.contains("unknown ca"))
    }

    /// The one place a libcurl code becomes an error; `words` are what libcurl had to say.
    init(_ code: CURLcode, words: String) {
        let words = words.isEmpty ? String(cString: curl_easy_strerror(code)) : words
        switch code {
        case CURLE_OPERATION_TIMEDOUT:
            self = .timeout(words)
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_OUT_OF_MEMORY,
            CURLE_FAILED_INIT, CURLE_NOT_BUILT_IN, CURLE_UNKNOWN_OPTION,
            CURLE_TOO_MANY_REDIRECTS, CURLE_LOGIN_DENIED:
            self = .unusable(words)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM:
            self = .untrusted(words)
        case _ where Self.isMistrust(words):
            self = .untrusted("the server refused this program's certificate: " + words)
        default:
            self = .connection(words)
        }
    }
}
