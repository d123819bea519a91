import PipelineCore
import TestSupport
import Testing

@Suite("A run")
struct RunTests {
    let folder = TemporaryFolder()
    let clock = ManualClock()

    @Test("is found again by its key", arguments: StoreKind.allCases)
    func key(_ kind: StoreKind) async throws {
        let store = try kind.open(in: folder, clock: clock)
        var first = Run.sample("r1")
        first.dataset = RelativePath(bytes: [0x2F, 0xFF, 0x0A])
        var second = Run.sample("r2")
        second.key = first.key

        #expect(try await store.open(first) == first)
        #expect(try await store.open(second) == first)
        #expect(try await store.runs() == [first])
        #expect(try await store.run(first.id) == first)
        await #expect(throws: StoreError.unknownRun(second.id)) { try await store.run(second.id) }
    }

    @Test("never shares its name with one of another key", arguments: StoreKind.allCases)
    func name(_ kind: StoreKind) async throws {
        let store = try kind.open(in: folder, clock: clock)
        var second = Run.sample("r1")
        second.key = "another"
        _ = try await store.open(.sample("r1"))

        await #expect(throws: StoreError.self) { try await store.open(second) }
        #expect(try await store.runs() == [.sample("r1")])
    }

    @Test("opens empty, whatever the caller says of it", arguments: StoreKind.allCases)
    func openState(_ kind: StoreKind) async throws {
        let store = try kind.open(in: folder, clock: clock)
        var run = Run.sample("r1")
        run.state = .done
        run.counts.shards = 7

        #expect(try await store.open(run) == .sample("r1"))
    }

    @Test("starts once", arguments: StoreKind.allCases)
    func start(_ kind: StoreKind) async throws {
        let store = try kind.open(in: folder, clock: clock)
        let started = try await store.begin(.sample("r1"), shards: 3)
        #expect(started.state == .running)
        #expect(started.counts.shards == 3)
        #expect(started.counts.images == 30)
        #expect(started.counts.shardsQueued == 3)

        let again = try await store.start(
            started.id, images: 50, shards: ShardRange.even(shards: 5))
        #expect(again == started)
        await #expect(throws: StoreError.unknownShard(run: started.id, shard: 3)) {
            try await store.shard(3, of: started.id)
        }
        let other = Run.sample("r2").id
        await #expect(throws: StoreError.unknownRun(other)) {
            try await store.start(other, images: 0, shards: [])
        }
    }

    @Test("without images is done at once", arguments: StoreKind.allCases)
    func empty(_ kind: StoreKind) async throws {
        let store = try await kind.open(in: folder, shards: 0, clock: clock)
        let run = try await store.run(Run.sample("r1").id)

        #expect(run.state == .done)
        #expect(run.counts == RunCounts())
        #expect(try await store.lease(to: "ada", by: clock) == nil)
        #expect(try await store.endedShards(of: run.id, from: 0, limit: 10) == [])
    }

    static let misfits: [(name: String, images: Int, shards: [ShardRange])] = {
        let two = ShardRange.even(shards: 2)
        var (empty, negative) = (two[1], two[1])
        empty.count = 0
        negative.count = -10
        return [
            ("a row short", 19, two), ("a row over", 21, two), ("none", 1, []),
            ("a gap", 10, [two[1]]), ("out of order", 20, [two[1], two[0]]),
            ("twice the same", 20, [two[0], two[0]]), ("an empty one", 10, [two[0], empty]),
            ("a negative one", 0, [two[0], negative]),
        ]
    }()

    @Test("refuses shards that do not make it up", arguments: StoreKind.allCases, misfits)
    func misfit(
        _ kind: StoreKind, _ misfit: (name: String, images: Int, shards: [ShardRange])
    ) async throws {
        let store = try kind.open(in: folder, clock: clock)
        let run = try await store.open(.sample("r1"))

        await #expect(throws: StoreError.misfit(shardsOf: run.id, images: misfit.images)) {
            try await store.start(run.id, images: misfit.images, shards: misfit.shards)
        }
        #expect(try await store.run(run.id).state == .open)
    }

    @Test("knows at any moment how far it is", arguments: StoreKind.allCases)
    func counts(_ kind: StoreKind) async throws {
        let store = try await kind.open(in: folder, shards: 4, attempts: 1, clock: clock)
        let id = Run.sample("r1").id
        var leases: [Lease] = []
        for _ in 0..<4 { leases.append(try #require(await store.lease(to: "ada", by: clock))) }
        try await store.release(leases[3].ticket, .leaving)
        _ = try await store.complete(leases[0].ticket, with: .sample("a", failed: 2))
        try await store.release(leases[1].ticket, .failed("broken"))
        var expected = RunCounts()
        expected.shards = 4
        expected.shardsDone = 1
        expected.shardsLeased = 1
        expected.shardsFailed = 1
        expected.images = 40
        expected.labelled = 8
        expected.failed = 12

        #expect(try await store.run(id).counts == expected)
        #expect(expected.shardsQueued == 1)
        #expect(try await store.run(id).state == .running)
        _ = try await store.complete(leases[2].ticket, with: .sample("c"))
        let last = try #require(await store.lease(to: "ada", by: clock))
        _ = try await store.complete(last.ticket, with: .sample("d"))
        #expect(try await store.run(id).state == .done)
        #expect(try await store.run(id).counts.labelled == 28)
    }

    @Test("stands before all that came earlier", arguments: StoreKind.allCases)
    func listing(_ kind: StoreKind) async throws {
        let store = try kind.open(in: folder, clock: clock)
        for name in ["zebra", "aardvark", "mole"] { _ = try await store.open(.sample(name)) }

        #expect(try await store.runs().map(\.id.text) == ["mole", "aardvark", "zebra"])
    }

    @Test("adds to what all runs come to", arguments: StoreKind.allCases)
    func totals(_ kind: StoreKind) async throws {
        let store = try kind.open(in: folder, clock: clock)
        #expect(try await store.totals() == RunTotals())
        _ = try await store.open(.sample("open"))
        for (name, shards) in [("a", 3), ("b", 1)] {
            try await store.begin(.sample(name), shards: shards)
        }
        for failed in [2, 0] {
            let lease = try #require(await store.lease(to: "ada", by: clock))
            _ = try await store.complete(lease.ticket, with: .sample("x", failed: failed))
        }
        let third = try #require(await store.lease(to: "ada", by: clock))
        _ = try await store.complete(third.ticket, with: .sample("x"))
        _ = try #require(await store.lease(to: "ada", by: clock))
        let totals = try await store.totals()
        #expect(totals.states == [.open: 1, .running: 1, .done: 1])
        let counts = totals.counts
        #expect((counts.shards, counts.shardsDone, counts.shardsLeased) == (4, 3, 1))
        #expect((counts.images, counts.labelled, counts.failed) == (40, 28, 2))
    }

    @Test(
        "is left out of the latest only when it is over", arguments: StoreKind.allCases)
    func latest(_ kind: StoreKind) async throws {
        let store = try kind.open(in: folder, clock: clock)
        for name in ["zebra", "lynx", "aardvark", "mole"] {
            _ = try await store.open(.sample(name))
        }
        let over = try #require(RunID("lynx"))
        _ = try await store.start(over, images: 0, shards: [])

        let (runs, earlier) = try await store.runs(latest: 2)
        #expect(runs.map(\.id.text) == ["mole", "aardvark", "zebra"])
        #expect(earlier == 1)
        #expect(try await store.runs(latest: 3).runs.count == 4)
        #expect(try await store.runs(latest: 3).earlier == 0)
        #expect(try await store.runNames(in: .done) == [over])
    }

    @Test("lists its ended shards page by page", arguments: StoreKind.allCases)
    func paging(_ kind: StoreKind) async throws {
        let store = try await kind.open(in: folder, shards: 7, attempts: 1, clock: clock)
        let id = Run.sample("r1").id
        for index in 0..<7 {
            let lease = try #require(await store.lease(to: "ada", by: clock))
            switch index {
            case 2: continue
            case 4: try await store.release(lease.ticket, .failed("torn"))
            default: _ = try await store.complete(lease.ticket, with: .sample("\(index)"))
            }
        }
        let ranges = ShardRange.even(shards: 7)
        let ended = [0, 1, 3, 4, 5, 6].map { index in
            EndedShard(
                range: ranges[index], epoch: 1, result: index == 4 ? nil : .sample("\(index)"),
                failure: index == 4 ? "torn" : nil)
        }
        let pages: [(from: Int, limit: Int, indices: Range<Int>)] = [
            (0, 3, 0..<3), (40, 3, 3..<6), (0, 100, 0..<6), (20, 1, 2..<3), (31, 1, 3..<4),
            (70, 5, 6..<6), (0, 0, 0..<0),
        ]
        for page in pages {
            let found = try await store.endedShards(of: id, from: page.from, limit: page.limit)
            #expect(found == Array(ended[page.indices]), "\(page)")
        }
        let other = Run.sample("r2").id
        await #expect(throws: StoreError.unknownRun(other)) {
            try await store.endedShards(of: other, from: 0, limit: 1)
        }
        await #expect(throws: StoreError.unknownRun(other)) { try await store.holders(of: other) }
    }
}
