import PipelineCore
import TestSupport
import Testing

@Suite("A stored token")
struct TokenTests {
    let folder = TemporaryFolder()
    let clock = ManualClock()

    @Test("is known by its digest alone", arguments: StoreKind.allCases)
    func lookup(_ kind: StoreKind) async throws {
        let store = try kind.open(in: folder, clock: clock)
        let token = TokenRecord(digest: BearerToken(text: "a").digest, role: .worker, name: "w")
        try await store.add(token)

        #expect(try await store.token(token.digest) == token)
        #expect(try await store.token(BearerToken(text: "b").digest) == nil)
    }

    @Test("gives way to the next of its name and role", arguments: StoreKind.allCases)
    func replacement(_ kind: StoreKind) async throws {
        let store = try kind.open(in: folder, clock: clock)
        let records: [(text: String, role: Role, name: String)] = [
            ("1", .worker, "default"), ("2", .viewer, "default"), ("3", .worker, "default"),
            ("4", .submitter, "alice"), ("2", .viewer, "renamed"),
        ]
        for (text, role, name) in records {
            try await store.add(
                TokenRecord(digest: BearerToken(text: text).digest, role: role, name: name))
        }

        #expect(try await store.token(BearerToken(text: "1").digest) == nil)
        let tokens = try await store.tokens()
        #expect(tokens.map(\.name) == ["alice", "default", "renamed"])
        #expect(tokens.map(\.role) == [.submitter, .worker, .viewer])
        #expect(tokens.map(\.digest) == ["4", "3", "2"].map { BearerToken(text: $0).digest })
    }
}
