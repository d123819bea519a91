import PipelineCore
import TestSupport

/// A coordinator's store, workers and the network between them, moved by a virtual clock and seeded
/// chance: the same seed is the same story, word for word.
struct World {
    enum Event {
        case arrival(Request, from: Int, life: Int)
        case answer(Answer, to: Int, life: Int)
        case step(Int, life: Int)
        case rebirth(Int)
        case sweep
    }

    let plan: Plan
    let term = Duration.seconds(30)
    var store: any JobStore
    /// Opens the store again, as a coordinator that was killed and started anew; nil where a store
    /// does not outlive its process.
    let reopen: (@Sendable (Tick) throws -> any JobStore)?
    var chance: SeededGenerator
    var oracle = Oracle()
    var workers: [SimulatedWorker]
    /// Milliseconds since the beginning.
    var now = 0
    /// What the coordinator's clock shows beyond ``now``; another process, another clock.
    var clockOffset = 0
    var trace: [String] = []
    /// How many workers each image has ended after they had told that they begin.
    var deaths: [Int: Int] = [:]
    /// What each result, by its digest, says of which rows.
    var results: [SHA256Digest: [Int: Bool]] = [:]
    private var queue: [(at: Int, order: Int, event: Event)] = []
    private var order = 0
    /// From here on nothing goes wrong any more but what images do.
    private let calm = 240_000
    private let end = 7_200_000

    init(
        _ plan: Plan, store: any JobStore,
        reopen: (@Sendable (Tick) throws -> any JobStore)? = nil
    ) {
        self.plan = plan
        self.store = store
        self.reopen = reopen
        chance = SeededGenerator(seed: plan.seed &* 0x9E37_79B9 &+ 1)
        workers = (0..<plan.workers).map { SimulatedWorker(name: "w\($0)") }
    }

    var tick: Tick { Tick(nanoseconds: Int64(now + clockOffset) * 1_000_000) }
    var isCalm: Bool { now >= calm }
    var runID: RunID { Run.sample("r1").id }

    /// Plays the run to its end, and checks every promise at every step.
    mutating func play() async throws {
        do {
            try await start()
            while try await store.run(runID).state != .done {
                guard let next = pop(), now <= end else {
                    throw Oracle.Broken(words: "broken: a run that is left alone ends")
                }
                now = max(now, next.at)
                try await handle(next.event)
            }
            try await checkManifest()
        } catch let broken as Oracle.Broken {
            throw BrokenPromise(plan: plan, words: broken.words, trace: trace)
        }
    }

    private mutating func start() async throws {
        var run = Run.sample("r1")
        run.definition.shardSize = plan.shardSize
        run = try await store.open(run)
        let size = plan.shardSize ?? plan.images
        let shards = stride(from: 0, to: plan.images, by: size).enumerated().map { index, row in
            ShardRange(
                index: index, firstRow: row, count: min(size, plan.images - row), offset: row * 100,
                length: min(size, plan.images - row) * 100)
        }
        _ = try await store.start(run.id, images: plan.images, shards: shards)
        for index in workers.indices { schedule(.rebirth(index), in: index * 100) }
        schedule(.sweep, in: 1000)
    }

    mutating func schedule(_ event: Event, in delay: Int) {
        order += 1
        queue.append((now + delay, order, event))
    }

    private mutating func pop() -> (at: Int, order: Int, event: Event)? {
        let first = queue.indices.min {
            (queue[$0].at, queue[$0].order) < (queue[$1].at, queue[$1].order)
        }
        return first.map { queue.remove(at: $0) }
    }

    private mutating func handle(_ event: Event) async throws {
        switch event {
        case .arrival(let request, let index, let life):
            try await suffer()
            try await serve(request, for: index, life: life)
        case .answer(let answer, let index, let life):
            hear(answer, index, life)
        case .step(let index, let life):
            step(index, life)
        case .rebirth(let index):
            wake(index)
        case .sweep:
            let ended = try await store.expireLeases(at: tick)
            if ended > 0 { note("swept \(ended)") }
            try await check()
            schedule(.sweep, in: 5000)
        }
    }

    /// What may happen to the coordinator before it sees a message.
    private mutating func suffer() async throws {
        guard !isCalm else { return }
        if happens(plan.restarts), let reopen {
            clockOffset = Int.random(in: -1_000_000...1_000_000, using: &chance)
            store = try reopen(tick)
            oracle.restarted(at: tick, term: term)
            note("the coordinator was started again")
        }
        if happens(plan.sleeps) {
            now += 1000 * Int.random(in: 1...120, using: &chance)
            note("the coordinator slept")
        }
    }

    /// Whether something of `perMille` odds happens now.
    mutating func happens(_ perMille: Int) -> Bool {
        perMille > 0 && Int.random(in: 0..<1000, using: &chance) < perMille
    }

    mutating func note(_ words: String) {
        trace.append("\(now) ms: \(words)")
    }

    /// Puts a message on its way: it may be lost, come twice, or be overtaken.
    mutating func send(_ event: Event) {
        guard !isCalm else { return schedule(event, in: 5) }
        let copies = happens(plan.dropped * 10) ? 0 : happens(plan.repeated * 10) ? 2 : 1
        for _ in 0..<copies { schedule(event, in: Int.random(in: 1...plan.delay, using: &chance)) }
    }

    func check() async throws {
        let run = try await store.run(runID)
        let ended = try await store.endedShards(of: runID, from: 0, limit: 1000)
        try oracle.check(run, ended, try await store.holders(of: runID))
        var rows: [Range<Int>] = []
        for index in 0..<run.counts.shards {
            rows.append(try await store.shard(index, of: runID).rows)
        }
        var next = 0
        for range in rows.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            guard range.lowerBound == next, !range.isEmpty else {
                throw Oracle.Broken(words: "broken: every row is in one shard: \(rows)")
            }
            next = range.upperBound
        }
        guard next == plan.images else {
            throw Oracle.Broken(words: "broken: no row is lost: \(rows)")
        }
    }
}
