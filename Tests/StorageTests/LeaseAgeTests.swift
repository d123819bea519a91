import PipelineCore
import TestSupport
import Testing

@Suite("The oldest lease")
struct LeaseAgeTests {
    let folder = TemporaryFolder()
    let clock = ManualClock(seconds: 5)

    @Test("is that of the shard held for longest, in any run", arguments: StoreKind.allCases)
    func oldest(_ kind: StoreKind) async throws {
        let store = try kind.open(in: folder, clock: clock)
        #expect(try await store.oldestLease() == nil)
        try await store.begin(.sample("r1"), shards: 1)
        try await store.begin(.sample("r2"), shards: 2)
        #expect(try await store.oldestLease() == nil)
        let first = try #require(await store.lease(to: "ada", by: clock))
        let start = clock.now()
        clock.advance(by: .seconds(10))
        let second = try #require(await store.lease(to: "grace", by: clock))
        #expect(second.run != first.run)
        #expect(try await store.oldestLease() == start)
        _ = try await store.complete(first.ticket, with: .sample("a"))
        #expect(try await store.oldestLease() == clock.now())
        clock.advance(by: .seconds(1000))
        _ = try await store.expireLeases(at: clock.now())
        #expect(try await store.oldestLease() == nil)
    }
}
