import PipelineCore
import Storage
import TestSupport
import Testing

/// Stories of hosts of which some deliver wrong results, each from one seed.
@Suite("Whoever lies, a run of which everything is audited")
struct LiarTests {
    @Test(
        "ends with the labels of its images, and trusts every honest host",
        arguments: StoreKind.allCases)
    func stories(_ kind: StoreKind) async throws {
        var caught = 0
        for seed in 1...(kind == .memory ? 400 : 20) as ClosedRange<UInt64> {
            let folder = TemporaryFolder()
            let store = try kind.open(in: folder, attempts: 1000, clock: ManualClock())
            var story = LiarStory(seed, store: store)
            try await story.play()
            caught += story.caught
        }
        #expect(caught > (kind == .memory ? 200 : 5), "liars are there, and are found")
    }
}

/// Three honest hosts, up to two liars, and a clock that runs on.
private struct LiarStory {
    let seed: UInt64
    let store: any JobStore
    var chance: SeededGenerator
    var now = Tick(nanoseconds: 0)
    var caught = 0
    /// In how many of a hundred shards each host lies.
    var hosts: [String: Int] = ["h0": 0, "h1": 0, "h2": 0]
    /// Who has really lied.
    var liars: Set<String> = []

    init(_ seed: UInt64, store: any JobStore) {
        self.seed = seed
        self.store = store
        chance = SeededGenerator(seed: seed)
        for liar in 0..<Int.random(in: 0...2, using: &chance) {
            hosts["liar\(liar)"] = [5, 30, 100].randomElement(using: &chance) ?? 100
        }
    }

    mutating func play() async throws {
        var run = Run.sample("r1")
        run.audit = AuditShare(percent: 100)
        let shards = Int.random(in: 1...12, using: &chance)
        run = try await store.begin(run, shards: shards)
        var held: [(host: String, lease: Lease)] = []
        let names = hosts.keys.sorted()
        for _ in 0..<5000 where try await store.run(run.id).state != .done {
            now = now + .seconds(Int.random(in: 0...20, using: &chance))
            let host = names.randomElement(using: &chance) ?? "h0"
            if let place = held.indices.randomElement(using: &chance),
                Bool.random(using: &chance)
            {
                let (host, lease) = held.remove(at: place)
                guard Int.random(in: 0..<10, using: &chance) > 0 else { continue }
                try await deliver(lease, by: host)
            } else if let lease = try await lease(for: host, of: run.id) {
                held.append((host, lease))
            }
            try await checkTrust()
        }
        try await checkTruth(of: run.id, shards)
        caught = try await store.quarantinedWorkers().count
    }

    private func lease(for host: String, of run: RunID) async throws -> Lease? {
        do {
            return try await store.lease(
                LeaseClaim(
                    worker: host + "-7-1", secret: "s", term: .seconds(60), now: now,
                    stragglers: [run: now + .seconds(-40)]))
        } catch StoreError.workerQuarantined(let worker) {
            #expect(worker.host == host, "seed \(seed)")
            return nil
        }
    }

    private mutating func deliver(_ lease: Lease, by host: String) async throws {
        var result = Self.truth(lease.shard.index)
        if Int.random(in: 0..<100, using: &chance) < hosts[host] ?? 0 {
            result = .sample("\(host) says so of \(lease.shard.index)")
            liars.insert(host)
        }
        let opinions = try await store.opinions(of: lease.run, on: lease.shard.index)
            .values.flatMap(\.self)
        let views = opinions.map { ($0.epoch, $0.result == result) }
        do {
            _ = try await store.complete(
                lease.ticket, with: result, agreeing: Dictionary(uniqueKeysWithValues: views))
        } catch StoreError.staleLease {
            // Another has the shard by now, or this host is not heard any more.
        }
    }

    private func checkTrust() async throws {
        for worker in try await store.quarantinedWorkers() {
            try #require(liars.contains(worker.host), "seed \(seed): \(worker.host) is honest")
        }
    }

    private func checkTruth(of run: RunID, _ shards: Int) async throws {
        let end = try await store.run(run)
        try #require(end.state == .done, "seed \(seed): \(end.counts)")
        let ended = try await store.endedShards(of: run, from: 0, limit: 100)
        try #require(ended.count == shards && end.counts.labelled == shards * 10)
        for shard in ended {
            try #require(
                shard.result == Self.truth(shard.range.index), "seed \(seed): \(shard)")
        }
    }

    private static func truth(_ shard: Int) -> ShardResult { .sample("truth of \(shard)") }
}
