import HTTPTypes
import Hummingbird
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

    func handle(
        _ request: Request, context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        try checkProtocol(of: request)
        let endpoint = context.endpointPath
        let access = endpoint.flatMap { table.access(to: $0, method: request.method) }
        if access == .open { return try await next(request, context) }

        if demandsTokens {
            let role = try await role(of: request)
            switch access {
            case .role(let needed):
                guard role.covers(needed) else { throw Refusal.forbidden(role, needed: needed) }
            case .open, nil:
                guard endpoint == nil else { throw Refusal.undeclared }
            }
        } else {
            try checkLocal(request)
            guard endpoint == nil || access != nil else { throw Refusal.undeclared }
        }
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

    /// The role of the token that came with the request.
    private func role(of request: Request) async throws -> Role {
        let words = (request.headers[.authorization] ?? "").split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "bearer", words[1].utf8.count <= 256
        else { throw Refusal.unauthorized("this address needs a token") }
        let token = BearerToken(text: String(words[1]))
        // Found by its digest: how long the look-up takes says nothing about a token's bytes.
        guard let record = try await tokens.token(token.digest) else {
            throw Refusal.unauthorized("the token is not one of this coordinator's")
        }
        return record.role
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

    static func forbidden(_ role: Role, needed: Role) -> Refusal {
        Refusal(
            .forbidden, "wrong-role",
            "this address needs a \(needed.rawValue)'s token, not a \(role.rawValue)'s")
    }

    static let undeclared = Refusal(
        .forbidden, "wrong-role", "this address is open to nobody")
}
