import PipelineCore
import Storage
import TestSupport
import Testing

/// A picture goes through the networks with every shard; hosts that are right agree about it.
@Suite("A shard's canary")
struct CanaryTests {
    let folder = TemporaryFolder()
    let clock = ManualClock()
    let run = Run.sample("r1").id

    @Test(
        "is known once two hosts agree, and then tells who is wrong", arguments: StoreKind.allCases)
    func known(_ kind: StoreKind) async throws {
        let store = try await begun(kind, shards: 4)
        try await store.deliver("a", by: "ada", saying: .right, clock)
        #expect(try await store.canaries(of: run).known == nil)
        try await store.deliver("b", by: "grace", saying: .nearlyRight, clock)
        #expect(try await store.canaries(of: run).known?.logits == .right)
        #expect(try await store.opinions(of: run, on: nil).isEmpty, "there is nothing to take back")

        let lease = try #require(await store.lease(to: "mallory-7-1", by: clock))
        let refusal = await #expect(throws: StoreError.self) {
            try await store.complete(
                lease.ticket, with: .sample("lie"), agreeing: [:], Testimony(canary: .wrong))
        }
        let quarantined = try await store.quarantinedWorkers()
        #expect(quarantined.map(\.host) == ["mallory"])
        #expect(
            quarantined.map(\.reason) == [
                "with shard 2 of run 'r1' it turned out that of the test image it finds logits of 'lite0' "
                    + "1.41 standard deviations from what two others find"
            ])
        #expect(refusal == .workerQuarantined(quarantined[0]))
        #expect(try await store.results(of: run) == [.sample("a"), .sample("b")])
        #expect(try await store.lease(to: "ada", by: clock)?.shard.index == 2, "it is free again")
    }

    @Test("takes back what was delivered before it was known", arguments: StoreKind.allCases)
    func takenBack(_ kind: StoreKind) async throws {
        let store = try await begun(kind, shards: 5)
        for words in ["lie 0", "lie 1"] {
            try await store.deliver(words, by: "mallory", saying: .wrong, clock)
        }
        try await store.deliver("c", by: "ada", saying: .right, clock)
        #expect(try await store.canaries(of: run).disputants == ["mallory", "ada"])
        #expect(try await store.run(run).counts.shardsDone == 3)
        try await store.deliver("d", by: "grace", saying: .right, clock)

        #expect(try await store.quarantinedWorkers().map(\.host) == ["mallory"])
        #expect(try await store.results(of: run) == [.sample("c"), .sample("d")])
        #expect(try await store.run(run).counts.labelled == 20)
        #expect(try await store.canaries(of: run).disputants.isEmpty)
        #expect(try await store.opinions(of: run, on: nil).isEmpty)
        for words in ["a", "b", "e"] {
            try await store.deliver(words, by: "ada", saying: .right, clock)
        }
        #expect(try await store.run(run).state == .done)
        #expect(
            try await store.results(of: run)
                == ["a", "b", "c", "d", "e"].map { ShardResult.sample($0) })
    }

    @Test("takes back what the run's last result shows to be wrong", arguments: StoreKind.allCases)
    func atTheEnd(_ kind: StoreKind) async throws {
        let store = try await begun(kind, shards: 3)
        try await store.deliver("lie", by: "mallory", saying: .wrong, clock)
        try await store.deliver("b", by: "ada", saying: .right, clock)
        try await store.deliver("c", by: "grace", saying: .right, clock)
        #expect(try await store.run(run).state == .running)
        try await store.deliver("a", by: "ada", saying: .right, clock)
        #expect(try await store.run(run).state == .done)
    }

    @Test("shows a host that contradicts itself", arguments: StoreKind.allCases)
    func contradiction(_ kind: StoreKind) async throws {
        let store = try await begun(kind, shards: 3)
        try await store.deliver("a", by: "ada-1-1", saying: .right, clock)
        try await store.deliver("b", by: "ada-2-1", saying: .nearlyRight, clock)
        let lease = try #require(await store.lease(to: "ada-3-1", by: clock))
        await #expect(throws: StoreError.self) {
            try await store.complete(
                lease.ticket, with: .sample("c"), agreeing: [:], Testimony(canary: .noNumbers))
        }
        #expect(
            try await store.quarantinedWorkers().map(\.reason) == [
                "with shard 2 of run 'r1' it turned out that of the test image it finds logits of "
                    + "'lite0' unlike what it found itself before"
            ])
        #expect(try await store.run(run).counts.shardsQueued == 3, "nobody vouches for the others")
        #expect(try await store.canaries(of: run) == CanaryLog())
    }

    @Test("leaves a run that was done as it is", arguments: StoreKind.allCases)
    func done(_ kind: StoreKind) async throws {
        let store = try await begun(kind, shards: 1)
        try await store.deliver("a", by: "ada", saying: .right, clock)
        try await store.quarantine(QuarantinedWorker(host: "ada", reason: "it is old"))
        #expect(try await store.run(run).state == .done)
        #expect(try await store.results(of: run) == [.sample("a")])
    }

    @Test("is no canary's where nothing was computed", arguments: StoreKind.allCases)
    func withoutCanary(_ kind: StoreKind) async throws {
        let store = try await begun(kind, shards: 3)
        for host in ["ada", "grace"] {
            try await store.deliver("a", by: host, saying: .right, clock)
        }
        try await store.deliver("c", by: "mary", saying: nil, clock)
        #expect(try await store.run(run).state == .done)
        #expect(try await store.quarantinedWorkers().isEmpty)
    }

    @Test("is repeated without harm", arguments: StoreKind.allCases)
    func repetition(_ kind: StoreKind) async throws {
        let store = try await begun(kind, shards: 2)
        let lease = try #require(await store.lease(to: "ada", by: clock))
        for expected in [Completion.committed, .already, .already] {
            #expect(
                try await store.complete(
                    lease.ticket, with: .sample("a"), agreeing: [:], Testimony(canary: .right))
                    == expected)
        }
        let other = try #require(await store.lease(to: "ada", by: clock))
        var forged = other.ticket
        forged.secret = "another"
        await #expect(throws: other.isStale) {
            try await store.complete(
                forged, with: .sample("b"), agreeing: [:], Testimony(canary: .wrong))
        }
        #expect(try await store.quarantinedWorkers().isEmpty, "only the holder is heard")
    }

    @Test("takes back what others borrowed through the ledger", arguments: StoreKind.allCases)
    func borrowed(_ kind: StoreKind) async throws {
        let store = try await begun(kind, shards: 6)
        try await store.deliver("lie", by: "mallory", saying: .wrong, clock)
        try await store.deliver("own", by: "ada", saying: .right, clock)
        try await store.deliver("mixed", by: "ada", saying: .right, borrows: true, clock)
        let held = try #require(await store.lease(to: "mary", by: clock))
        try await store.deliver("last", by: "grace", saying: .right, clock)
        #expect(try await store.results(of: run) == [.sample("own"), .sample("last")])
        #expect(
            try await Set(store.withdrawnResults()) == [
                .result(run, shard: 0, epoch: 1, sha256: ShardResult.sample("lie").sha256),
                .result(run, shard: 2, epoch: 1, sha256: ShardResult.sample("mixed").sha256),
            ])
        await #expect(throws: held.isStale, "what is under way may have borrowed, too") {
            try await store.complete(held.ticket, with: .sample("x"))
        }
        try await store.strike(store.withdrawnResults())
        #expect(try await store.withdrawnResults().isEmpty)
    }

    @Test("touches nobody else's work without the ledger", arguments: StoreKind.allCases)
    func withoutLedger(_ kind: StoreKind) async throws {
        var sample = Run.sample("r1")
        sample.ledger = false
        let store = try await begun(kind, shards: 4, sample)
        try await store.deliver("lie", by: "mallory", saying: .wrong, clock)
        try await store.deliver("own", by: "ada", saying: .right, clock)
        let held = try #require(await store.lease(to: "mary", by: clock))
        try await store.deliver("last", by: "grace", saying: .right, clock)
        #expect(try await store.complete(held.ticket, with: .sample("x")) == .committed)
        #expect(try await store.run(run).counts.shardsQueued == 1)
        #expect(try await store.withdrawnResults().isEmpty)
    }

    @Test("takes back all that a host said in an audited run", arguments: StoreKind.allCases)
    func audited(_ kind: StoreKind) async throws {
        var sample = Run.sample("r1")
        sample.audit = AuditShare(percent: 1e-9)
        let store = try await begun(kind, shards: 20, sample)
        // Its first thirteen shards are on probation, two more count.
        for index in 0..<15 {
            try await store.deliver("\(index)", by: "mallory", saying: .right, clock)
        }
        #expect(try await store.run(run).counts.shardsDone == 2)
        let lease = try #require(await store.lease(to: "mallory", by: clock))
        await #expect(throws: StoreError.self) {
            try await store.complete(
                lease.ticket, with: .sample("lie"), agreeing: [:], Testimony(canary: .wrong))
        }
        #expect(try await store.run(run).counts.shardsDone == 0)
        #expect(try await store.opinions(of: run, on: nil).isEmpty)
    }

    @Test("is decided by a person who sets a host aside", arguments: StoreKind.allCases)
    func setAside(_ kind: StoreKind) async throws {
        let store = try await begun(kind, shards: 3)
        try await store.deliver("lie", by: "mallory", saying: .wrong, clock)
        try await store.deliver("b", by: "ada", saying: .right, clock)
        try await store.quarantine(QuarantinedWorker(host: "mallory", reason: "it is old"))
        #expect(try await store.canaries(of: run).words.map(\.host) == ["ada"])
        #expect(try await store.results(of: run) == [.sample("b")])
    }

    @Test("is known to a store that is opened again")
    func restart() async throws {
        let path = folder.file("jobs.db")
        let store = try SQLiteJobStore(path: path, now: clock.now(), term: .seconds(60))
        try await store.begin(.sample("r1"), shards: 4)
        try await store.deliver("lie", by: "mallory", saying: .wrong, clock)
        try await store.deliver("b", by: "ada", saying: .right, borrows: true, clock)
        let log = try await store.canaries(of: run)
        let opinions = try await store.opinions(of: run, on: nil)
        #expect(opinions.values.flatMap(\.self).filter(\.borrows).map(\.host) == ["ada"])
        try store.close()
        let again = try SQLiteJobStore(path: path, now: clock.now(), term: .seconds(60))
        #expect(try await again.canaries(of: run) == log)
        #expect(try await again.opinions(of: run, on: nil) == opinions)
        try await again.deliver("c", by: "grace", saying: .right, clock)
        #expect(try await again.quarantinedWorkers().map(\.host) == ["mallory"])
        #expect(try await again.canaries(of: run).known?.host == "ada")
    }

    private func begun(
        _ kind: StoreKind, shards: Int, _ sample: Run = .sample("r1")
    ) async throws -> any JobStore {
        let store = try kind.open(in: folder, clock: clock)
        try await store.begin(sample, shards: shards)
        return store
    }
}

extension CanaryLogits {
    /// What one network of that name says.
    fileprivate static func of(_ logits: [Float]) -> Self {
        Self(members: [Member(name: "lite0", sampling: logits)])
    }

    fileprivate static let right = of([0, 4, 0, 4])
    fileprivate static let nearlyRight = of([0.01, 3.95, 0, 4])
    fileprivate static let wrong = of([0, 4, 0, 1.18])
    /// That of a network whose logits are no numbers.
    fileprivate static let noNumbers = of([.nan, 4, 0, 4])
}

extension JobStore {
    /// Leases a shard for `worker`, and completes it with the result of that name.
    fileprivate func deliver(
        _ words: String, by worker: String, saying canary: CanaryLogits?, borrows: Bool = false,
        _ clock: ManualClock
    ) async throws {
        let lease = try #require(await lease(to: worker, by: clock))
        let opinions = try await opinions(of: lease.run, on: lease.shard.index)
        let views = opinions.values.flatMap(\.self).map { ($0.epoch, $0.result == .sample(words)) }
        let completion = try await complete(
            lease.ticket, with: .sample(words),
            agreeing: Dictionary(uniqueKeysWithValues: views),
            Testimony(canary: canary, borrows: borrows))
        #expect(completion == .committed)
    }

    fileprivate func results(of run: RunID) async throws -> [ShardResult] {
        try await endedShards(of: run, from: 0, limit: 100).compactMap(\.result)
    }
}
