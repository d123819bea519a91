import PipelineCore
import TestSupport
import Testing

/// What people may do to a run while it goes on, on every kind of store.
@Suite("A run that is steered")
struct SteeringTests {
    let folder = TemporaryFolder()
    let clock = ManualClock()
    let run = Run.sample("r1").id

    @Test(
        "hands out nothing while it is paused, and finishes what is held",
        arguments: StoreKind.allCases)
    func pause(_ kind: StoreKind) async throws {
        let store = try await kind.open(in: folder, shards: 2, clock: clock)
        let lease = try #require(await store.lease(to: "ada", by: clock))
        #expect(try await store.steer(run, .pause).state == .paused)
        #expect(try await store.steer(run, .pause).state == .paused)
        #expect(try await store.lease(to: "grace", by: clock) == nil)
        #expect(try await store.complete(lease.ticket, with: .sample("a")) == .committed)
        #expect(try await store.steer(run, .resume).state == .running)
        let last = try #require(await store.lease(to: "grace", by: clock))
        _ = try await store.steer(run, .pause)
        _ = try await store.complete(last.ticket, with: .sample("b"))
        #expect(try await store.run(run).state == .done, "the last shard ends a paused run, too")
    }

    @Test(
        "is held with words when nobody can go on, until a person says so",
        arguments: StoreKind.allCases)
    func hold(_ kind: StoreKind) async throws {
        let store = try await kind.open(in: folder, shards: 2, clock: clock)
        _ = try #require(await store.lease(to: "ada", by: clock))
        try await store.hold(run, because: "no entry")
        #expect(try await store.run(run).state == .paused)
        #expect(try await store.run(run).hold == "no entry")
        #expect(try await store.lease(to: "grace", by: clock) == nil)
        #expect(try await store.steer(run, .resume).hold == nil)
        #expect(try await store.lease(to: "grace", by: clock) != nil)

        _ = try await store.steer(run, .pause)
        try await store.hold(run, because: "late")
        #expect(try await store.run(run).hold == nil, "a person's pause stays a person's")
        _ = try await store.steer(run, .resume)
        try await store.hold(run, because: "no entry")
        _ = try await store.steer(run, .cancel)
        #expect(try await store.run(run).hold == nil)
        await #expect(throws: StoreError.self) {
            try await store.hold(Run.sample("other").id, because: "no entry")
        }
    }

    @Test("is not held any more once it is done", arguments: StoreKind.allCases)
    func holdEnds(_ kind: StoreKind) async throws {
        let store = try await kind.open(in: folder, shards: 1, clock: clock)
        let lease = try #require(await store.lease(to: "ada", by: clock))
        try await store.hold(run, because: "no entry")
        _ = try await store.complete(lease.ticket, with: .sample("a"))
        #expect(try await store.run(run).state == .done)
        #expect(try await store.run(run).hold == nil)
    }

    @Test(
        "takes no result once it is cancelled, and goes on from what is done",
        arguments: StoreKind.allCases)
    func cancel(_ kind: StoreKind) async throws {
        let store = try await kind.open(in: folder, shards: 3, clock: clock)
        let done = try #require(await store.lease(to: "ada", by: clock))
        _ = try await store.complete(done.ticket, with: .sample("a"))
        let held = try #require(await store.lease(to: "ada", by: clock))
        #expect(try await store.steer(run, .cancel).state == .cancelled)
        await #expect(throws: held.isStale) {
            try await store.complete(held.ticket, with: .sample("b"))
        }
        #expect(try await store.lease(to: "grace", by: clock) == nil)
        #expect(try await store.run(run).counts.shardsLeased == 0)
        await #expect(throws: StoreError.self) { try await store.steer(run, .pause) }
        #expect(try await store.steer(run, .resume).state == .running)
        let again = try #require(await store.lease(to: "grace", by: clock))
        #expect(again.shard.index == 1)
        #expect(again.epoch == 2)
    }

    @Test("tries again what has failed, and nothing else", arguments: StoreKind.allCases)
    func retry(_ kind: StoreKind) async throws {
        let store = try await kind.open(in: folder, shards: 3, attempts: 1, clock: clock)
        var leases: [Lease] = []
        for _ in 0..<3 { leases.append(try #require(await store.lease(to: "ada", by: clock))) }
        _ = try await store.complete(leases[0].ticket, with: .sample("whole"))
        _ = try await store.complete(leases[1].ticket, with: .sample("torn", failed: 2))
        try await store.release(leases[2].ticket, .failed("no memory"))
        #expect(try await store.run(run).state == .done)

        let again = try await store.steer(run, .retry)
        #expect(again.state == .running)
        #expect(again.counts.labelled == 10)
        #expect(again.counts.failed == 0)
        for index in 1...2 {
            let lease = try #require(await store.lease(to: "ada", by: clock))
            #expect(lease.shard.index == index)
            #expect(lease.epoch == 2)
            _ = try await store.complete(lease.ticket, with: .sample("\(index)"))
        }
        #expect(try await store.steer(run, .retry).state == .done, "nothing failed, nothing to do")
    }

    @Test("goes before others by its priority", arguments: StoreKind.allCases)
    func priority(_ kind: StoreKind) async throws {
        let store = try kind.open(in: folder, clock: clock)
        for name in ["first", "second", "third"] {
            try await store.begin(.sample(name), shards: 1)
        }
        _ = try await store.prioritise(Run.sample("third").id, 5)
        _ = try await store.prioritise(Run.sample("first").id, -1)
        var order: [String] = []
        while let lease = try await store.lease(to: "ada", by: clock) {
            order.append(lease.run.text)
        }
        #expect(order == ["third", "second", "first"])
    }

    @Test(
        "cuts shards to a worker's measure, and smaller ones towards the end",
        arguments: StoreKind.allCases)
    func sizing(_ kind: StoreKind) async throws {
        let store = try kind.open(in: folder, clock: clock)
        _ = try await store.open(.sample("r1"))
        let whole = ShardRange(index: 0, firstRow: 0, count: 1000, offset: 0, length: 9000)
        _ = try await store.start(run, images: 1000, shards: [whole])
        var sizes: [Int] = []
        var next = 0
        while true {
            let claim = LeaseClaim(
                worker: "ada", secret: "s", term: .seconds(60), now: clock.now(),
                size: ShardSizing(imagesPerSecond: 5, workers: 2))
            guard let lease = try await store.lease(claim) else { break }
            #expect(lease.shard.firstRow == next)
            #expect(try await store.shard(lease.shard.index, of: run) == lease.shard)
            next = lease.shard.rows.upperBound
            sizes.append(lease.shard.count)
            let digest = SHA256Digest(of: Array("\(next)".utf8))
            let result = ShardResult(sha256: digest, labelled: lease.shard.count, failed: 0)
            _ = try await store.complete(lease.ticket, with: result)
        }
        #expect(sizes.reduce(0, +) == 1000)
        #expect(sizes.prefix(3) == [250, 187, 140])
        #expect(sizes == sizes.sorted(by: >))
        #expect(sizes.dropLast().allSatisfy { $0 >= ShardSizing.smallest })
        #expect(try await store.run(run).state == .done)
    }

    @Test("lets an idle worker race for a shard that takes too long", arguments: StoreKind.allCases)
    func backup(_ kind: StoreKind) async throws {
        let store = try await kind.open(in: folder, shards: 1, clock: clock)
        let slow = try #require(await store.lease(to: "ada", by: clock))
        clock.advance(by: .seconds(40))
        func race(_ worker: String, before seconds: Int) async throws -> Lease? {
            try await store.lease(
                LeaseClaim(
                    worker: worker, secret: worker, term: .seconds(60), now: clock.now(),
                    stragglers: [run: clock.now() + .seconds(-seconds)]))
        }
        #expect(try await race("grace", before: 60) == nil, "it does not take too long yet")
        #expect(try await race("ada", before: 10) == nil, "nobody races against itself")
        let fast = try #require(try await race("grace", before: 10))
        #expect(fast.epoch == 2)
        #expect(fast.shard == slow.shard)
        #expect(try await race("mary", before: 10) == nil, "two are enough")
        #expect(try await store.holders(of: run).map(\.worker) == ["ada", "grace"])
        try await store.renew(slow.ticket, progress: 3, for: .seconds(60), at: clock.now())

        #expect(try await store.complete(fast.ticket, with: .sample("a")) == .committed)
        await #expect(throws: slow.isStale) {
            try await store.complete(slow.ticket, with: .sample("b"))
        }
        let ended = try await store.endedShards(of: run, from: 0, limit: 9)
        #expect(ended.map(\.epoch) == [2])
    }

    @Test("lets nobody race for a shard that has ended a worker", arguments: StoreKind.allCases)
    func deadly(_ kind: StoreKind) async throws {
        let store = try await kind.open(in: folder, shards: 1, clock: clock)
        for worker in ["ada", "grace"] {
            let lease = try #require(await store.lease(to: worker, by: clock))
            clock.advance(by: .seconds(40))
            let rival = try await store.lease(
                LeaseClaim(
                    worker: "mary", secret: "m", term: .seconds(60), now: clock.now(),
                    stragglers: [run: clock.now()]))
            guard worker == "ada" else {
                // The second holder alone is left to it, and its death is judged.
                #expect(rival == nil)
                continue
            }
            try await store.release(try #require(rival).ticket, .leaving)
            try await store.release(
                lease.ticket, .crashed(CrashMark(rows: nil, signal: 11)))
        }
    }

    @Test("lets the slow one win, too", arguments: StoreKind.allCases)
    func tortoise(_ kind: StoreKind) async throws {
        let store = try await kind.open(in: folder, shards: 1, clock: clock)
        let slow = try #require(await store.lease(to: "ada", by: clock))
        clock.advance(by: .seconds(40))
        let fast = try #require(
            try await store.lease(
                LeaseClaim(
                    worker: "grace", secret: "g", term: .seconds(60), now: clock.now(),
                    stragglers: [run: clock.now()])))
        try await store.release(fast.ticket, .leaving)
        #expect(try await store.complete(slow.ticket, with: .sample("a")) == .committed)
        #expect(try await store.complete(slow.ticket, with: .sample("a")) == .already)
        #expect(try await store.endedShards(of: run, from: 0, limit: 9).map(\.epoch) == [1])
    }
}
