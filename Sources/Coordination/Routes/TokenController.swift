import HTTPTypes
import Hummingbird
import Logging
import PipelineCore

/// The routes of whoever says who may do what, and the one that tells a caller who it is.
struct TokenController {
    typealias Context = CoordinatorContext

    let parts: CoordinatorParts
    /// The version of this program.
    let version: String

    var routes: [Route] {
        [
            Route(.get, "v1/me", .bearer, use: introduce),
            Route(.get, "v1/tokens", .role(.admin), use: list),
            Route(.post, "v1/tokens", .role(.admin), use: create),
            Route(.post, "v1/tokens/revoke", .role(.admin), use: revoke),
        ]
    }

    /// `GET /v1/me` tells whom the coordinator takes the caller for, and what it is itself.
    func introduce(_ request: Request, context: Context) async throws -> Introduction {
        Introduction(
            token: context.bearer.map { TokenStatus($0, at: now) }, version: version,
            protocolVersion: protocolVersion, time: parts.date())
    }

    /// `GET /v1/tokens` lists every token, by name and role; none of them can be read from that.
    func list(_ request: Request, context: Context) async throws -> TokenList {
        TokenList(tokens: try await parts.tokens.tokens().map { TokenStatus($0, at: now) })
    }

    /// `POST /v1/tokens` lets a token count from now on, of which only the SHA-256 arrives here.
    func create(_ request: Request, context: Context) async throws -> EditedResponse<TokenStatus> {
        let wish = try await request.message(as: TokenRequest.self, context)
        guard (1...100).contains(wish.name.utf8.count),
            wish.name.unicodeScalars.allSatisfy({ $0.properties.isVisible })
        else {
            throw Refusal(
                .badRequest, "bad-request",
                "a token's name has 1 to 100 bytes, printable and without spaces")
        }
        guard wish.expires.map({ $0 > now }) ?? true else {
            throw Refusal(.badRequest, "bad-request", "a token ends in the future, or never")
        }
        let token = TokenRecord(
            digest: wish.digest, role: wish.role, name: wish.name, created: now,
            expires: wish.expires)
        try await parts.tokens.issue(token, at: now)
        context.logger.notice(
            "a token counts from now on",
            metadata: [
                "name": "\(wish.name)", "role": "\(wish.role)", "by": "\(context.caller)",
            ])
        return EditedResponse(status: .created, response: TokenStatus(token, at: now))
    }

    /// `POST /v1/tokens/revoke` takes tokens back; their next request is refused.
    func revoke(_ request: Request, context: Context) async throws -> TokenList {
        let wish = try await request.message(as: TokenRevocation.self, context)
        let revoked = try await parts.tokens.revoke(wish.name, wish.role, at: now)
        context.logger.notice(
            "tokens were revoked",
            metadata: [
                "name": "\(wish.name.prefix(100))", "roles": "\(revoked.map(\.role.rawValue))",
                "by": "\(context.caller)",
            ])
        return TokenList(tokens: revoked.map { TokenStatus($0, at: now) })
    }

    private var now: Int { Int(parts.date()) }
}

extension CoordinatorContext {
    /// Whose request it is, for the log.
    fileprivate var caller: String { bearer?.name ?? "somebody without a token" }
}

extension Unicode.Scalar.Properties {
    /// Whether it shows as a mark of its own.
    fileprivate var isVisible: Bool {
        switch generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator, .spaceSeparator:
            false
        default: true
        }
    }
}
