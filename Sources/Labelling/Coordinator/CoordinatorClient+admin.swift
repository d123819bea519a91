package import PipelineCore
import Transport

/// What admins ask for, and whoever wants to know who it is.
extension CoordinatorClient {
    /// Whom the coordinator takes this client for, and what it is itself.
    package func introduction() async throws(ClientError) -> Introduction {
        try await fetch(request(.get, "/v1/me"))
    }

    /// Every token, by name and role.
    package func tokens() async throws(ClientError) -> TokenList {
        try await fetch(request(.get, "/v1/tokens"))
    }

    /// Lets a token count from now on, of which only the SHA-256 is sent.
    package func createToken(_ wish: TokenRequest) async throws(ClientError) -> TokenStatus {
        try await fetch(try request(.post, "/v1/tokens", json: wish))
    }

    /// Takes tokens back, and tells how they are now.
    package func revokeTokens(_ wish: TokenRevocation) async throws(ClientError) -> TokenList {
        try await fetch(try request(.post, "/v1/tokens/revoke", json: wish))
    }

    /// Hands a copy of the job store to `sink`, piece by piece.
    ///
    /// Throws ``ClientError``, or whatever `sink` throws.
    package func backup(to sink: (consuming [UInt8]) async throws -> Void) async throws {
        try await stream(request(.get, "/v1/backup", deadline: nil), to: sink)
    }

    /// Whether the coordinator's disk and job store work; throws ``ClientError`` when not.
    package func readiness() async throws(ClientError) {
        _ = try await send(request(.get, "/readyz", deadline: .seconds(10)))
    }
}
