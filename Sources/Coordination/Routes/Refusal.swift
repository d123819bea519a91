import HTTPTypes
import Hummingbird
import PipelineCore

/// An answer that is not what was asked for: a status, and a ``Problem`` as its body.
struct Refusal: Error, Equatable {
    let status: HTTPResponse.Status
    let problem: Problem
    let headers: HTTPFields

    init(
        _ status: HTTPResponse.Status, _ code: String, _ message: String, headers: HTTPFields = [:]
    ) {
        self.status = status
        problem = Problem(code: code, message: message)
        self.headers = headers
    }
}

extension Refusal: HTTPResponseError {
    func response(from request: Request, context: some RequestContext) throws -> Response {
        var response = try problem.response(from: request, context: context)
        response.status = status
        response.headers.append(contentsOf: headers)
        return response
    }
}

/// An error that knows how it is told over HTTP; each learns that once, by conformance.
protocol Refusable: Error {
    var refusal: Refusal { get }
}

extension StoreError: Refusable {
    var refusal: Refusal {
        switch self {
        case .unknownRun: Refusal(.notFound, "unknown-run", description)
        case .unknownShard: Refusal(.notFound, "unknown-shard", description)
        case .staleLease: Refusal(.conflict, "stale-lease", description)
        case .notNow: Refusal(.conflict, "not-now", description)
        case .notQuarantined: Refusal(.notFound, "not-quarantined", description)
        case .workerQuarantined: Refusal(.forbidden, "worker-quarantined", description)
        case .workerNotQuarantined: Refusal(.notFound, "not-quarantined", description)
        case .unheard: Refusal(.serviceUnavailable, "try-again", description)
        case .unknownToken: Refusal(.notFound, "unknown-token", description)
        case .tokenExists: Refusal(.conflict, "token-exists", description)
        case .noSpace: .noSpace(description)
        case .unusable, .inUse: Refusal(.serviceUnavailable, "store-unusable", description)
        case .failed: Refusal(.internalServerError, "store-failed", description)
        }
    }
}

extension ObjectError: Refusable {
    var refusal: Refusal {
        switch self {
        case .missing: Refusal(.notFound, "unknown-object", description)
        case .mismatch: Refusal(.badRequest, "wrong-digest", description)
        case .tooLarge: Refusal(.contentTooLarge, "too-large", description)
        case .noSpace: .noSpace(description)
        case .unreachable:
            Refusal(
                .serviceUnavailable, "bucket-unreachable", description,
                headers: [.retryAfter: "10"])
        case .failed: Refusal(.internalServerError, "store-failed", description)
        }
    }
}

extension LedgerError: Refusable {
    var refusal: Refusal { Refusal(.serviceUnavailable, "ledger-unusable", description) }
}

extension ImageSourceError: Refusable {
    var refusal: Refusal {
        switch self {
        case .missing: Refusal(.notFound, "image-missing", description)
        case .changed: Refusal(.conflict, "image-changed", description)
        case .unreadable, .unreachable, .notAllowed, .held:
            Refusal(.conflict, "image-unreadable", description)
        case .tooLarge: Refusal(.contentTooLarge, "image-too-large", description)
        }
    }
}

extension ManifestError: Refusable {
    var refusal: Refusal { Refusal(.badRequest, "bad-manifest", description) }
}

extension UploadError: Refusable {
    var refusal: Refusal { Refusal(.badRequest, "truncated", description) }
}

extension Refusal {
    /// The coordinator's own fault, whose cause is for its log alone.
    static let failed = Refusal(
        .internalServerError, "failed",
        "the coordinator failed at this request; its log says why")

    /// The disk is full: whoever waits and asks again may be lucky.
    static func noSpace(_ message: String) -> Refusal {
        Refusal(.insufficientStorage, "no-space", message, headers: [.retryAfter: "30"])
    }
}

extension HTTPResponse.Status {
    /// 507: the disk is full.
    static let insufficientStorage = Self(code: 507, reasonPhrase: "Insufficient Storage")
}

extension HTTPField.Name {
    /// The version of the protocol that a request or an answer is written in.
    static let pipelineProtocol = named("Pipeline-Protocol")
    /// The SHA-256 of a body, 64 hexadecimal digits.
    static let contentSHA256 = named("Content-SHA256")

    private static func named(_ name: StaticString) -> Self {
        guard let field = Self("\(name)") else { preconditionFailure("no field name: \(name)") }
        return field
    }
}
