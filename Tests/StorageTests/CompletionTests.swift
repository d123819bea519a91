import PipelineCore
import TestSupport
import Testing

/// Exactly one result counts, whatever its worker and the network do.
@Suite("A completed shard")
struct CompletionTests {
    let folder = TemporaryFolder()
    let clock = ManualClock()

    @Test("completes once, however often its worker reports", arguments: StoreKind.allCases)
    func repetition(_ kind: StoreKind) async throws {
        let store = try await kind.open(in: folder, shards: 2, clock: clock)
        let lease = try #require(await store.lease(to: "ada", by: clock))
        #expect(try await store.complete(lease.ticket, with: .sample("a")) == .committed)
        let counts = try await store.run(lease.run).counts
        for _ in 1...3 {
            #expect(try await store.complete(lease.ticket, with: .sample("a")) == .already)
        }
        #expect(try await store.run(lease.run).counts == counts)
        #expect(counts.shardsDone == 1)
        #expect(counts.labelled == 10)
    }

    @Test("keeps its first result", arguments: StoreKind.allCases)
    func firstResult(_ kind: StoreKind) async throws {
        let store = try await kind.open(in: folder, shards: 1, clock: clock)
        let lease = try #require(await store.lease(to: "ada", by: clock))
        #expect(try await store.complete(lease.ticket, with: .sample("a")) == .committed)
        var later = lease.ticket
        later.epoch += 1

        for (ticket, result) in [(lease.ticket, "b"), (later, "a"), (later, "b")] {
            let stale = StoreError.staleLease(run: lease.run, shard: 0, epoch: ticket.epoch)
            await #expect(throws: stale) {
                try await store.complete(ticket, with: .sample(result))
            }
        }
        let ended = try await store.endedShards(of: lease.run, from: 0, limit: 10)
        #expect(ended.map(\.result) == [.sample("a")])
    }

    @Test("keeps on record who came too late for it", arguments: StoreKind.allCases)
    func lateRequests(_ kind: StoreKind) async throws {
        let store = try await kind.open(in: folder, shards: 1, clock: clock)
        let late = try #require(await store.lease(to: "ada", by: clock))
        clock.advance(by: .seconds(61))
        let lease = try #require(await store.lease(to: "grace", by: clock))
        var invented = late.ticket
        invented.epoch = 3
        #expect(try await store.lateRequests(of: lease.run) == [])

        for _ in 1...2 {
            await #expect(throws: late.isStale) {
                try await store.renew(late.ticket, progress: 1, for: .seconds(60), at: clock.now())
            }
        }
        await #expect(throws: late.isStale) {
            try await store.complete(late.ticket, with: .sample("a"))
        }
        #expect(try await store.complete(lease.ticket, with: .sample("a")) == .committed)
        await #expect(throws: late.isStale) { try await store.release(late.ticket, .leaving) }
        await #expect(throws: StoreError.self) { try await store.release(invented, .leaving) }

        #expect(
            try await store.lateRequests(of: lease.run) == [
                LateRequest(shard: 0, epoch: 1, kind: .complete, times: 1),
                LateRequest(shard: 0, epoch: 1, kind: .release, times: 1),
                LateRequest(shard: 0, epoch: 1, kind: .renew, times: 2),
            ])
    }

    @Test("can be neither renewed, handed back nor leased again", arguments: StoreKind.allCases)
    func finality(_ kind: StoreKind) async throws {
        let store = try await kind.open(in: folder, shards: 1, clock: clock)
        let lease = try #require(await store.lease(to: "ada", by: clock))
        #expect(try await store.complete(lease.ticket, with: .sample("a")) == .committed)
        clock.advance(by: .seconds(3600))

        #expect(try await store.expireLeases(at: clock.now()) == 0)
        await #expect(throws: lease.isStale) {
            try await store.renew(lease.ticket, progress: 1, for: .seconds(60), at: clock.now())
        }
        await #expect(throws: lease.isStale) { try await store.release(lease.ticket, .leaving) }
        await #expect(throws: lease.isStale) {
            try await store.release(lease.ticket, .failed("no"))
        }
        #expect(try await store.lease(to: "grace", by: clock) == nil)
    }

    @Test(
        "has a result that counts every image once", arguments: StoreKind.allCases,
        [(9, 0), (10, 1), (11, -1), (-1, 11), (.max, .max), (0, 0)])
    func arithmetic(_ kind: StoreKind, counts: (labelled: Int, failed: Int)) async throws {
        let store = try await kind.open(in: folder, shards: 1, clock: clock)
        let lease = try #require(await store.lease(to: "ada", by: clock))
        let result = ShardResult(
            sha256: SHA256Digest(of: [1]), labelled: counts.labelled, failed: counts.failed)

        await #expect(
            throws: StoreError.miscounted(result, shard: 0, of: lease.run, images: 10)
        ) {
            try await store.complete(lease.ticket, with: result)
        }
        #expect(
            try await store.complete(lease.ticket, with: .sample("a", failed: 3)) == .committed)
        #expect(try await store.run(lease.run).counts.failed == 3)
    }
}
