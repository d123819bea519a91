package import PipelineCore
import Transport

/// Why a coordinator did not do what it was asked.
///
/// No case carries a token, and URLs are those that a person gave, which hold no secrets.
package enum ClientError: Error, Sendable, Equatable {
    /// The text is not a coordinator's URL.
    case badURL(String, detail: String)
    /// No answer came, however often it was asked for.
    case unreachable(url: String, detail: String)
    /// The token is missing, unknown or revoked.
    case unauthorised(url: String)
    /// The token counted once, and no longer does; the detail is the coordinator's.
    case tokenEnded(url: String, detail: String)
    /// One side does not trust the other's certificate; the detail is the TLS library's.
    case untrusted(url: String, detail: String)
    /// The token's role does not allow it; the detail is the coordinator's.
    case forbidden(url: String, detail: String)
    /// The workers of this host are in quarantine.
    case quarantined(url: String, detail: String)
    /// The coordinator refused, or could not do it.
    case refused(status: Int, Problem)
    /// The coordinator speaks another version of the protocol; nil when it names none.
    case otherProtocol(url: String, theirs: String?)
    /// The answer cannot be understood.
    case malformed(url: String, detail: String)
    /// A file that should have been sent cannot be read.
    case unreadable(path: String, detail: String)
    /// The task was cancelled.
    case cancelled
}

extension ClientError {
    /// Whether the lease that was shown is not the shard's current one.
    package var isStaleLease: Bool { hasCode("stale-lease") }

    /// Whether the coordinator gave `code` as its reason.
    package func hasCode(_ code: String) -> Bool {
        if case .refused(_, let problem) = self { problem.code == code } else { false }
    }

    /// Whether the same request may succeed a little later.
    package var isTransient: Bool {
        switch self {
        case .unreachable: true
        case .refused(let status, _): RetryPolicy.isTransient(status: status)
        case .badURL, .unauthorised, .tokenEnded, .untrusted, .forbidden, .quarantined,
            .otherProtocol, .malformed, .unreadable, .cancelled:
            false
        }
    }

    /// Whether no later request of this client can succeed either.
    package var isFinal: Bool {
        switch self {
        case .badURL, .unauthorised, .tokenEnded, .untrusted, .forbidden, .quarantined,
            .otherProtocol:
            true
        case .unreachable, .refused, .malformed, .unreadable, .cancelled: false
        }
    }
}

extension ClientError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .badURL(let url, let detail):
            "'\(url)' is not a coordinator's URL: \(detail); write for example http://10.0.0.5:8080"
        case .unreachable(let url, let detail):
            "cannot reach the coordinator at \(url): \(detail); is it running? "
                + "start it with 'pipeline coordinator'"
        case .unauthorised(let url):
            "the coordinator at \(url) does not know this token; "
                + "it printed the place of its tokens when it started"
        case .tokenEnded(let url, let detail):
            "the coordinator at \(url) does not take this token any more: \(detail)"
        case .untrusted(let url, let detail):
            "no trust between this program and the coordinator at \(url): \(detail)"
        case .forbidden(let url, let detail):
            "the coordinator at \(url) does not allow this with this token: \(detail)"
        case .quarantined(let url, let detail):
            "the coordinator at \(url) takes no results from this host: \(detail)"
        case .refused(let status, let problem):
            "the coordinator refused (\(status) \(problem.code)): \(problem.message)"
        case .otherProtocol(let url, let theirs?):
            "the coordinator at \(url) speaks version \(theirs) of the protocol, this program "
                + "version \(protocolVersion); use the same version of the program on both sides"
        case .otherProtocol(let url, nil):
            "the server at \(url) answers, but is not a coordinator; check host and port"
        case .malformed(let url, let detail):
            "the coordinator at \(url) gave an answer that makes no sense: \(detail); "
                + "is the same version of the program running there?"
        case .unreadable(let path, let detail):
            "cannot read '\(path)': \(detail)"
        case .cancelled:
            "the request was cancelled"
        }
    }
}
