import HTTPTypes
import Hummingbird
import Logging
import PipelineCore

/// Lets a request pass if its bearer may do what it asks for; everything else stays outside.
///
/// It stands at the router's root and goes by the endpoint that the router itself has found, so
/// that no spelling of a path can slip past: what is not in the table is not served.
struct Gate: RouterMiddleware {
    typealias Context = CoordinatorContext

    let table: RouteTable
    let tokens: any TokenStore
    let demandsTokens: Bool
    let limiter: RateLimiter
    /// The wall clock, in seconds since 1970.
    let date: @Sendable () -> Double

    func handle(
        _ request: Request, context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        try checkProtocol(of: request)
        try checkCoding(of: request)
        let endpoint = context.endpointPath
        let access = endpoint.flatMap { table.access(to: $0, method: request.method) }
        if access == .open { return try await next(request, context) }

        var context = context
        if demandsTokens {
            let bearer = try await bearer(of: request, context)
            if case .role(let needed) = access, !bearer.role.covers(needed) {
                throw Refusal.forbidden(bearer.role, needed: needed)
            }
            context.bearer = bearer
        } else {
            try checkLocal(request)
        }
        // What the router does not know is told apart only behind the gate.
        guard endpoint == nil || access != nil else { throw Refusal.undeclared }
        return try await next(request, context)
    }

    private func checkProtocol(of request: Request) throws {
        guard let theirs = request.headers[.pipelineProtocol], theirs != "\(protocolVersion)"
        else { return }
        throw Refusal(
            .upgradeRequired, "other-protocol",
            "this coordinator speaks protocol \(protocolVersion), the request came in "
                + "'\(theirs.prefix(20))'; install the same version of pipeline on every host",
            headers: [.upgrade: "pipeline/\(protocolVersion)"])
    }

    /// Nothing here inflates a body: a small one might become an endless one.
    private func checkCoding(of request: Request) throws {
        guard let coding = request.headers[.contentEncoding], coding.lowercased() != "identity"
        else { return }
        throw Refusal(
            .unsupportedMediaType, "encoded-body",
            "the body is encoded as '\(coding.prefix(20))'; send it as it is")
    }

    /// The token that came with the request, if it counts and is not shown too often.
    private func bearer(of request: Request, _ context: Context) async throws -> TokenRecord {
        do throws(Refusal) {
            let record = try await validToken(of: request)
            try limiter.admit(record)
            await noteUse(of: record, context.logger)
            return record
        } catch  where error.status == .unauthorized {
            // A stranger who asks in a loop learns nothing new, and costs less.
            try limiter.admit(strangerAt: context.peer)
            throw error
        }
    }

    private func validToken(of request: Request) async throws(Refusal) -> TokenRecord {
        let words = (request.headers[.authorization] ?? "").split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "bearer", words[1].utf8.count <= 256
        else { throw Refusal.unauthorized("this address needs a token") }
        let token = BearerToken(text: String(words[1]))
        // Found by its digest: how long the look-up takes says nothing about a token's bytes.
        guard let record = try await find(token.digest) else {
            throw Refusal.unauthorized("the token is not one of this coordinator's")
        }
        switch record.state(at: Int(date())) {
        case .valid: return record
        case .expired: throw Refusal.ended("the time of token '\(record.name)' is over")
        case .revoked: throw Refusal.ended("token '\(record.name)' has been revoked")
        }
    }

    private func find(_ digest: SHA256Digest) async throws(Refusal) -> TokenRecord? {
        do {
            return try await tokens.token(digest)
        } catch {
            throw (error as? any Refusable)?.refusal ?? .failed
        }
    }

    /// Notes when a token was last shown, at most once a minute.
    private func noteUse(of record: TokenRecord, _ logger: Logger) async {
        let now = Int(date())
        guard (record.lastUsed ?? .min) < now - 60 else { return }
        do {
            try await tokens.used(record.digest, at: now)
        } catch {
            // A full disk must lock nobody out.
            logger.warning("a token's use cannot be noted", metadata: ["error": "\(error)"])
        }
    }

    /// Without tokens, a page in the user's browser must not pass for the user.
    private func checkLocal(_ request: Request) throws {
        let port = /:[0-9]*$/
        let host = (request.head.authority ?? "").replacing(port, with: "")
            .trimmingPrefix("[")
        guard CoordinatorSettings.isLoopback(String(host.prefix { $0 != "]" })),
            request.headers[.origin] == nil
        else {
            throw Refusal(
                .forbidden, "not-local",
                "without tokens only programs of this machine are answered, "
                    + "under the name 127.0.0.1 or localhost")
        }
    }
}

extension Refusal {
    static func unauthorized(_ cause: String) -> Refusal {
        Refusal(
            .unauthorized, "no-token",
            cause + "; the coordinator prints where its tokens are when it starts, "
                + "and takes one as 'Authorization: Bearer TOKEN'",
            headers: [.wwwAuthenticate: "Bearer"])
    }

    /// Told to nobody but whoever holds the token.
    static func ended(_ cause: String) -> Refusal {
        Refusal(
            .unauthorized, "token-ended",
            cause + "; an admin makes a new one with 'pipeline token create'",
            headers: [.wwwAuthenticate: "Bearer error=\"invalid_token\""])
    }

    static func forbidden(_ role: Role, needed: Role) -> Refusal {
        Refusal(
            .forbidden, "wrong-role",
            "this address needs a token for the role \(needed.rawValue), not \(role.rawValue)")
    }

    static let undeclared = Refusal(
        .forbidden, "wrong-role", "this address is open to nobody")
}
