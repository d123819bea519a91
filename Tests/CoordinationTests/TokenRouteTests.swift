import HTTPTypes
import HummingbirdTesting
import PipelineCore
import Synchronization
import TestSupport
import Testing

@testable import Coordination

@Suite("A token, made over HTTP,")
struct TokenRouteTests {
    let token = BearerToken(text: "pl_w_of-my-own")

    func create(
        _ caller: Caller, name: String = "host3", role: Role = .worker, expires: Int? = nil,
        as admin: Role = .admin
    ) async throws -> TestResponse {
        try await caller.send(
            .post, "/v1/tokens", as: admin,
            json: TokenRequest(name: name, role: role, digest: token.digest, expires: expires))
    }

    func lease(_ caller: Caller) async throws -> TestResponse {
        try await caller.send(
            .post, "/v1/leases", as: nil, body: Array(#"{"worker":"a","version":"1"}"#.utf8),
            ["Authorization": "Bearer \(token.text)"])
    }

    @Test("opens what its role allows until it is revoked", arguments: StoreKind.allCases)
    func life(_ kind: StoreKind) async throws {
        let bench = try await Bench(kind)
        try await bench.test { caller in
            #expect(try await lease(caller).status == .unauthorized)
            let made = try await create(caller)
            #expect(made.status == .created)
            let status = try made.decode(TokenStatus.self)
            #expect(status.state == .valid)
            #expect(status.created == 1_800_000_000)
            #expect(status.fingerprint == token.digest.hex.prefix(12))
            #expect(!made.text.contains(token.digest.hex))
            #expect(try await lease(caller).status == .noContent)

            let revoked = try await caller.send(
                .post, "/v1/tokens/revoke", as: .admin, json: TokenRevocation(name: "host3"))
            #expect(try revoked.decode(TokenList.self).tokens.map(\.state) == [.revoked])
            let answer = try await lease(caller)
            #expect(answer.status == .unauthorized)
            #expect(answer.code == "token-ended")
            #expect(answer.message.contains("'host3' has been revoked"))
        }
    }

    @Test("opens nothing once its time is over", arguments: StoreKind.allCases)
    func expiry(_ kind: StoreKind) async throws {
        let bench = try await Bench(kind)
        try await bench.test { caller in
            _ = try await create(caller, expires: 1_800_000_010)
            bench.date.withLock { $0 += 9.9 }
            #expect(try await lease(caller).status == .noContent)
            bench.date.withLock { $0 += 0.1 }
            #expect(try await lease(caller).code == "token-ended")
            let list = try await caller.send(.get, "/v1/tokens", as: .admin).decode(TokenList.self)
            #expect(list.tokens.first { $0.name == "host3" }?.state == .expired)
            // Its name is free again.
            let other = TokenRequest(name: "host3", role: .worker, digest: SHA256Digest(of: [1]))
            #expect(
                try await caller.send(.post, "/v1/tokens", as: .admin, json: other).status
                    == .created)
        }
    }

    @Test("is the same when it is asked for twice, and never gives way to another")
    func repetition() async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            #expect(try await create(caller).status == .created)
            #expect(try await create(caller).status == .created)
            let other = TokenRequest(name: "host3", role: .worker, digest: SHA256Digest(of: [1]))
            let refused = try await caller.send(.post, "/v1/tokens", as: .admin, json: other)
            #expect(refused.status == .conflict)
            #expect(refused.code == "token-exists")
            #expect(try await create(caller, role: .admin).code == "token-exists")
            #expect(try await lease(caller).status == .noContent)
        }
    }

    @Test("stays revoked, whoever asks for it again")
    func revival() async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            _ = try await create(caller)
            let wish = TokenRevocation(name: "host3", role: .worker)
            _ = try await caller.send(.post, "/v1/tokens/revoke", as: .admin, json: wish)
            #expect(try await create(caller).code == "token-exists")
            #expect(try await lease(caller).code == "token-ended")
        }
    }

    @Test(
        "is refused under a name that is none, or with a time that is past",
        arguments: [
            ("", nil), ("a b", nil), ("a\nb", nil), ("a\u{202E}b", nil),
            (String(repeating: "a", count: 101), nil), ("a", 1_800_000_000), ("a", -1),
        ] as [(String, Int?)])
    func badWish(_ name: String, _ expires: Int?) async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            let answer = try await create(caller, name: name, expires: expires)
            #expect(answer.status == .badRequest)
            #expect(answer.code == "bad-request")
        }
    }

    @Test("cannot be revoked under a name that nobody has")
    func unknown() async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            for wish in [
                TokenRevocation(name: "nobody"), TokenRevocation(name: "test'; --", role: .viewer),
            ] {
                let answer = try await caller.send(
                    .post, "/v1/tokens/revoke", as: .admin, json: wish)
                #expect(answer.status == .notFound)
                #expect(answer.code == "unknown-token")
            }
        }
    }

    @Test("tells when it was last shown, to the minute", arguments: StoreKind.allCases)
    func lastUse(_ kind: StoreKind) async throws {
        let bench = try await Bench(kind)
        let used = { @Sendable (caller: Caller) async throws -> Int? in
            try await caller.send(.get, "/v1/tokens", as: .admin).decode(TokenList.self).tokens
                .first { $0.role == .viewer }?.lastUsed
        }
        try await bench.test { caller in
            #expect(try await used(caller) == nil)
            _ = try await caller.send(.get, "/v1/me", as: .viewer)
            #expect(try await used(caller) == 1_800_000_000)
            bench.date.withLock { $0 += 30 }
            _ = try await caller.send(.get, "/v1/me", as: .viewer)
            #expect(try await used(caller) == 1_800_000_000)
            bench.date.withLock { $0 += 31 }
            _ = try await caller.send(.get, "/v1/me", as: .viewer)
            #expect(try await used(caller) == 1_800_000_061)
        }
    }

    @Test("tells its bearer who it is", arguments: Role.allCases)
    func introduction(_ role: Role) async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            let answer = try await caller.send(.get, "/v1/me", as: role).decode(Introduction.self)
            #expect(answer.token?.role == role)
            #expect(answer.token?.name == "test")
            #expect(answer.version == "9.9")
            #expect(answer.protocolVersion == 1)
            #expect(answer.time == 1_800_000_000)
        }
    }
}
