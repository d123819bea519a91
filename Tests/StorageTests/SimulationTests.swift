import PipelineCore
import TestSupport
import Testing

/// Workers that stall, repeat themselves, come back late and mix up their tickets, by seeded chance.
///
/// A seed plays the same scene on every kind of store. Each is watched by an oracle that knows
/// nothing of how stores work, and all must have answered alike.
@Suite("Under any sequence of calls, a job store")
struct SimulationTests {
    let folder = TemporaryFolder()

    @Test("keeps its promises, and answers as the others do", arguments: [1, 2, 3])
    func scenes(attempts: Int) async throws {
        let clock = ManualClock()
        let stores = try StoreKind.allCases.map { kind in
            try kind.open(in: folder, attempts: attempts, clock: clock)
        }
        let start = clock.now()
        for seed in 0..<70 {
            var answers: [[String]] = []
            for store in stores {
                clock.set(to: start + .seconds(seed * 10_000))
                var scene = Scene(
                    seed: UInt64(seed * 10 + attempts), name: "s\(seed)", store: store, clock: clock
                )
                try await scene.play()
                answers.append(scene.answers)
            }
            let isAlike = answers.allSatisfy { $0 == answers[0] }
            try #require(isAlike, "seed \(seed): \(answers)")
        }
    }
}

/// One run from its start to its end.
private struct Scene {
    let name: String
    let store: any JobStore
    let clock: ManualClock
    var generator: SeededGenerator
    var oracle: Oracle
    /// What the store said, call by call.
    var answers: [String] = []
    /// Every lease that was ever handed out.
    var leases: [Lease] = []
    var term: Duration { .seconds(30) }

    init(seed: UInt64, name: String, store: any JobStore, clock: ManualClock) {
        generator = SeededGenerator(seed: seed)
        self.name = name
        oracle = Oracle(scene: "\(name), seed \(seed)")
        self.store = store
        self.clock = clock
    }

    mutating func play() async throws {
        let shards = Int.random(in: 1...5, using: &generator)
        let run = try await store.begin(.sample(name), shards: shards)
        for _ in 0..<40 {
            try await step()
            if Bool.random(using: &generator) { try await check(run.id) }
        }
        // Whatever happened, somebody can finish the run.
        while let lease = try await lease(to: "closer") {
            try await complete(lease, with: .sample("at last"))
        }
        clock.advance(by: term * 2)
        while let lease = try await lease(to: "closer") {
            try await complete(lease, with: .sample("at last"))
        }
        try await check(run.id)
        let counts = try await store.run(run.id).counts
        #expect(counts.shardsDone + counts.shardsFailed == shards, "\(name)")
        #expect(counts.labelled + counts.failed == shards * 10, "\(name)")
        #expect(try await store.run(run.id).state == .done, "\(name)")
    }

    mutating func step() async throws {
        let worker = ["ada", "grace", "mary"].randomElement(using: &generator) ?? "ada"
        let lease = leases.suffix(6).randomElement(using: &generator)
        switch (Int.random(in: 0..<10, using: &generator), lease) {
        case (0...2, _), (_, nil):
            _ = try await self.lease(to: worker)
        case (3, _):
            clock.advance(by: .seconds(Int.random(in: 1...40, using: &generator)))
        case (4, _):
            answers.append("expired \(try await store.expireLeases(at: clock.now()))")
        case (5, let lease?):
            let progress = Int.random(in: -1...11, using: &generator)
            try await attempt("renew", lease) { [store, term, now = clock.now()] ticket in
                try await store.renew(ticket, progress: progress, for: term, at: now)
            }
        case (6, let lease?):
            let reason = Bool.random(using: &generator) ? HandBack.leaving : .failed("it broke")
            let isAccepted = try await attempt("release", lease) { [store] ticket in
                try await store.release(ticket, reason)
            }
            if isAccepted { oracle.release(lease) }
        case (_, let lease?):
            let result = ["a", "b"].randomElement(using: &generator) ?? "a"
            try await complete(lease, with: .sample(result, failed: result == "a" ? 0 : 3))
        }
    }

    mutating func lease(to worker: String) async throws -> Lease? {
        let lease = try await store.lease(
            to: worker, secret: worker, for: term, at: clock.now())
        answers.append(lease.map { "\(worker) has \($0.shard.index) at \($0.epoch)" } ?? "none")
        guard let lease else { return nil }
        #expect(lease.run.text == name)
        oracle.take(lease, at: clock.now(), until: clock.now() + term)
        leases.append(lease)
        return lease
    }

    mutating func complete(_ lease: Lease, with result: ShardResult) async throws {
        var completion: Completion?
        try await attempt("complete", lease) { [store] ticket in
            completion = try await store.complete(ticket, with: result)
        }
        answers.append(completion?.rawValue ?? "refused")
        let ended = try await store.endedShards(of: lease.run, from: lease.shard.index, limit: 1)
        let isGivenUp = ended.first?.range == lease.shard && ended.first?.failure != nil
        oracle.complete(lease, with: result, completion, isGivenUp: isGivenUp)
    }

    /// Calls the store with the lease's ticket; false when that is refused as stale.
    @discardableResult
    mutating func attempt(
        _ name: String, _ lease: Lease, _ call: (LeaseTicket) async throws -> Void
    ) async throws -> Bool {
        do {
            try await call(lease.ticket)
            if name == "renew" { oracle.renew(lease, until: clock.now() + term) }
            answers.append("\(name) \(lease.shard.index) at \(lease.epoch)")
            return true
        } catch let error as StoreError where error == lease.isStale {
            answers.append("\(name) \(lease.shard.index) at \(lease.epoch) is stale")
            return false
        }
    }

    mutating func check(_ run: RunID) async throws {
        let counts = try await store.run(run).counts
        let ended = try await store.endedShards(of: run, from: 0, limit: 100)
        let holders = try await store.holders(of: run)
        #expect(counts.shardsLeased == holders.count, "\(name)")
        #expect(counts.shardsQueued >= 0, "\(name)")
        oracle.check(ended, counts)
        answers.append("\(counts) \(holders) \(ended)")
    }
}

/// What must be true of any store, told from its answers alone.
private struct Oracle {
    /// Which scene it watches, for whoever has to play it again.
    let scene: String
    /// The last lease of each shard, as long as it was neither handed back nor completed.
    private var current: [Int: (lease: Lease, until: Tick)] = [:]
    private var epochs: [Int: Int] = [:]
    private var results: [Int: (epoch: Int, result: ShardResult)] = [:]

    init(scene: String) { self.scene = scene }

    mutating func take(_ lease: Lease, at now: Tick, until: Tick) {
        let shard = lease.shard.index
        #expect(lease.epoch == epochs[shard, default: 0] + 1, "\(scene): an epoch grows by one")
        #expect(results[shard] == nil, "\(scene): a finished shard is not leased")
        if let held = current[shard] {
            #expect(held.until < now, "\(scene): a shard that is held is not leased to another")
        }
        epochs[shard] = lease.epoch
        current[shard] = (lease, until)
    }

    mutating func renew(_ lease: Lease, until: Tick) {
        #expect(
            current[lease.shard.index]?.lease == lease,
            "\(scene): only the current lease is renewed")
        current[lease.shard.index]?.until = until
    }

    mutating func release(_ lease: Lease) {
        #expect(
            current[lease.shard.index]?.lease == lease,
            "\(scene): only the current lease is handed back")
        current[lease.shard.index] = nil
    }

    mutating func complete(
        _ lease: Lease, with result: ShardResult, _ completion: Completion?, isGivenUp: Bool
    ) {
        let shard = lease.shard.index
        let isCurrent = current[shard]?.lease == lease
        switch completion {
        case .committed:
            #expect(isCurrent, "\(scene): only the current lease completes")
            #expect(results[shard] == nil, "\(scene): a shard has one result")
            results[shard] = (lease.epoch, result)
            current[shard] = nil
        case .already:
            #expect(
                results[shard]?.epoch == lease.epoch,
                "\(scene): a repetition has the epoch that counted")
            #expect(
                results[shard]?.result == result,
                "\(scene): a repetition has the result that counted")
        case nil:
            #expect(!isCurrent || isGivenUp, "\(scene): the current lease is not refused")
            if isGivenUp { current[shard] = nil }
        }
    }

    func check(_ ended: [EndedShard], _ counts: RunCounts) {
        let done = ended.filter { $0.failure == nil }
        #expect(done.map(\.range.index) == results.keys.sorted(), "\(scene)")
        for shard in done {
            #expect(shard.result == results[shard.range.index]?.result, "\(scene)")
            #expect(shard.epoch == results[shard.range.index]?.epoch, "\(scene)")
        }
        let counted = results.values.map(\.result)
        let givenUp = ended.count - done.count
        #expect(counts.shardsDone == done.count, "\(scene)")
        #expect(counts.shardsFailed == givenUp, "\(scene)")
        #expect(counts.labelled == counted.map(\.labelled).reduce(0, +), "\(scene)")
        #expect(counts.failed == counted.map(\.failed).reduce(0, +) + givenUp * 10, "\(scene)")
    }
}
