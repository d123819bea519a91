import PipelineCore
import TestSupport
import Testing

/// What every store owes its workers, wherever it keeps its rows.
@Suite("A leased shard")
struct LeaseTests {
    let folder = TemporaryFolder()
    let clock = ManualClock(seconds: 1000)
    let minute = Duration.seconds(60)

    @Test("goes to one worker at a time", arguments: StoreKind.allCases)
    func exclusive(_ kind: StoreKind) async throws {
        let store = try await kind.open(in: folder, shards: 1, clock: clock)
        let lease = try #require(await store.lease(to: "ada", by: clock))

        #expect(lease.shard == ShardRange.even(shards: 1)[0])
        #expect(lease.run == Run.sample("r1").id)
        #expect(lease.epoch == 1)
        #expect(lease.secret == "secret of ada")
        #expect(lease.term == 60)
        #expect(try await store.lease(to: "grace", by: clock) == nil)
        #expect(
            try await store.holders(of: lease.run)
                == [LeaseHolder(shard: 0, worker: "ada", progress: 0)])
    }

    @Test("returns to the queue when its worker falls silent", arguments: StoreKind.allCases)
    func expiry(_ kind: StoreKind) async throws {
        let store = try await kind.open(in: folder, shards: 1, clock: clock)
        let lost = try #require(await store.lease(to: "ada", by: clock))
        clock.advance(by: minute)
        #expect(
            try await store.lease(to: "grace", by: clock) == nil,
            "the last tick is still the holder's")
        clock.advance(by: .nanoseconds(1))
        let retaken = try #require(await store.lease(to: "grace", by: clock))

        #expect(retaken.shard == lost.shard)
        #expect(retaken.epoch == 2)
        await #expect(throws: lost.isStale) {
            try await store.complete(lost.ticket, with: .sample("late"))
        }
        await #expect(throws: lost.isStale) {
            try await store.renew(lost.ticket, progress: 1, for: minute, at: clock.now())
        }
        await #expect(throws: lost.isStale) {
            try await store.release(lost.ticket, .failed("late"))
        }
        #expect(try await store.complete(retaken.ticket, with: .sample("grace")) == .committed)
    }

    @Test("fences off its own worker's earlier lease by the epoch", arguments: StoreKind.allCases)
    func epochs(_ kind: StoreKind) async throws {
        let store = try await kind.open(in: folder, shards: 1, clock: clock)
        for epoch in 1...4 {
            let lease = try #require(await store.lease(to: "ada", by: clock))
            #expect(lease.epoch == epoch)
            for wrong in [0, epoch - 1, epoch + 1, .max] {
                var ticket = lease.ticket
                ticket.epoch = wrong
                let stale = StoreError.staleLease(run: lease.run, shard: 0, epoch: wrong)
                await #expect(throws: stale) {
                    try await store.complete(ticket, with: .sample("other epoch"))
                }
                await #expect(throws: stale) {
                    try await store.renew(ticket, progress: 9, for: minute, at: clock.now())
                }
                await #expect(throws: stale) { try await store.release(ticket, .leaving) }
            }
            clock.advance(by: minute * 2)
        }
    }

    @Test("shows nothing to who does not know its secret", arguments: StoreKind.allCases)
    func secret(_ kind: StoreKind) async throws {
        let store = try await kind.open(in: folder, shards: 1, clock: clock)
        let lease = try #require(await store.lease(to: "ada", by: clock))
        var guess = lease.ticket
        guess.secret = "secret of grace"

        await #expect(throws: lease.isStale) {
            try await store.renew(guess, progress: 0, for: minute, at: clock.now())
        }
        await #expect(throws: lease.isStale) {
            try await store.complete(guess, with: .sample("forged"))
        }
        await #expect(throws: lease.isStale) { try await store.release(guess, .leaving) }
        #expect(try await store.complete(lease.ticket, with: .sample("true")) == .committed)
    }

    @Test("is kept for a full term by each renewal", arguments: StoreKind.allCases)
    func renewal(_ kind: StoreKind) async throws {
        let store = try await kind.open(in: folder, shards: 1, clock: clock)
        let lease = try #require(await store.lease(to: "ada", by: clock))
        for progress in [3, 7, 5, 99, -1] {
            clock.advance(by: .seconds(50))
            try await store.renew(lease.ticket, progress: progress, for: minute, at: clock.now())
            #expect(try await store.lease(to: "grace", by: clock) == nil)
        }
        let holders = try await store.holders(of: lease.run)
        #expect(holders == [LeaseHolder(shard: 0, worker: "ada", progress: 10)])
        clock.advance(by: .seconds(61))
        #expect(try await store.lease(to: "grace", by: clock)?.epoch == 2)
        #expect(try await store.holders(of: lease.run).map(\.progress) == [0])
    }

    @Test("that nobody took is still its late worker's", arguments: StoreKind.allCases)
    func lateWorker(_ kind: StoreKind) async throws {
        let store = try await kind.open(in: folder, shards: 2, clock: clock)
        let first = try #require(await store.lease(to: "ada", by: clock))
        let second = try #require(await store.lease(to: "ada", by: clock))
        clock.advance(by: minute * 2)
        #expect(try await store.expireLeases(at: clock.now()) == 2)
        #expect(try await store.expireLeases(at: clock.now()) == 0)
        #expect(try await store.run(first.run).counts.shardsLeased == 0)

        #expect(try await store.complete(first.ticket, with: .sample("late")) == .committed)
        try await store.renew(second.ticket, progress: 4, for: minute, at: clock.now())
        #expect(try await store.lease(to: "grace", by: clock) == nil)
        #expect(try await store.holders(of: first.run).map(\.shard) == [1])
    }

    @Test("comes from the oldest run that has one waiting", arguments: StoreKind.allCases)
    func order(_ kind: StoreKind) async throws {
        let store = try kind.open(in: folder, clock: clock)
        _ = try await store.open(.sample("unstarted"))
        try await store.begin(.sample("zebra"), shards: 2)
        try await store.begin(.sample("aardvark"), shards: 2)
        var leases: [Lease] = []
        while let lease = try await store.lease(to: "ada", by: clock) { leases.append(lease) }

        #expect(leases.map(\.run.text) == ["zebra", "zebra", "aardvark", "aardvark"])
        #expect(leases.map(\.shard.index) == [0, 1, 0, 1])
        try await store.release(leases[1].ticket, .leaving)
        #expect(try await store.lease(to: "ada", by: clock)?.ticket.run.text == "zebra")
    }

    @Test("must exist to be renewed, settled or seen", arguments: StoreKind.allCases)
    func unknown(_ kind: StoreKind) async throws {
        let store = try await kind.open(in: folder, shards: 1, clock: clock)
        let lease = try #require(await store.lease(to: "ada", by: clock))
        var (elsewhere, beyond) = (lease.ticket, lease.ticket)
        elsewhere.run = Run.sample("r2").id
        beyond.shard = 7

        for (ticket, error) in [
            (elsewhere, StoreError.unknownRun(elsewhere.run)),
            (beyond, StoreError.unknownShard(run: lease.run, shard: 7)),
        ] {
            await #expect(throws: error) {
                try await store.renew(ticket, progress: 0, for: minute, at: clock.now())
            }
            await #expect(throws: error) { try await store.complete(ticket, with: .sample("")) }
            await #expect(throws: error) { try await store.release(ticket, .leaving) }
            await #expect(throws: error) {
                try await store.shard(ticket.shard, of: ticket.run)
            }
        }
        #expect(try await store.shard(0, of: lease.run) == lease.shard)
    }
}

extension LeaseTests {
    @Test("handed back by a leaving worker costs no attempt", arguments: StoreKind.allCases)
    func leaving(_ kind: StoreKind) async throws {
        let store = try await kind.open(in: folder, shards: 1, attempts: 2, clock: clock)
        for epoch in 1...5 {
            let lease = try #require(await store.lease(to: "ada", by: clock))
            #expect(lease.epoch == epoch)
            try await store.release(lease.ticket, .leaving)
            await #expect(throws: lease.isStale, "a lease that was handed back is over") {
                try await store.complete(lease.ticket, with: .sample("after all"))
            }
        }
        let sixth = try #require(await store.lease(to: "ada", by: clock))
        try await store.release(sixth.ticket, .failed("no memory"))
        let last = try #require(await store.lease(to: "ada", by: clock))
        try await store.release(last.ticket, .failed("no memory again"))

        #expect(try await store.lease(to: "ada", by: clock) == nil)
        let ended = try await store.endedShards(of: last.run, from: 0, limit: 10)
        #expect(ended.map(\.failure) == ["no memory again"])
        #expect(ended.map(\.epoch) == [7])
    }

    @Test(
        "is given up when worker after worker falls silent before it begins",
        arguments: StoreKind.allCases, [1, 3])
    func exhaustion(_ kind: StoreKind, attempts: Int) async throws {
        let store = try await kind.open(in: folder, shards: 1, attempts: attempts, clock: clock)
        var last: Lease?
        let lapses = attempts * ShardLifecycle.lapsesAnAttempt
        for lapse in 1...lapses {
            last = try await store.lease(to: "ada", by: clock)
            #expect(last?.epoch == lapse)
            clock.advance(by: minute * 2)
        }
        let lease = try #require(last)

        #expect(try await store.lease(to: "grace", by: clock) == nil)
        await #expect(throws: lease.isStale) {
            try await store.complete(lease.ticket, with: .sample("too late"))
        }
        let ended = try await store.endedShards(of: lease.run, from: 0, limit: 10)
        #expect(
            ended.map(\.failure) == [
                "\(lapses) workers took it and fell silent before they began, the last was 'ada'"
            ])
        let run = try await store.run(lease.run)
        #expect(run.state == .done)
        #expect(run.counts.shardsFailed == 1)
        #expect(run.counts.failed == 10)
    }
}
