import PipelineCore
import Storage
import TestSupport
import Testing

/// Two hosts that agree decide; whoever they contradict is not heard any more.
@Suite("An audited shard")
struct AuditTests {
    let folder = TemporaryFolder()
    let clock = ManualClock()
    let run = Run.sample("r1").id

    @Test("counts when another host agrees", arguments: StoreKind.allCases)
    func agreement(_ kind: StoreKind) async throws {
        let store = try await audited(kind, shards: 1)
        try await store.deliver("a", by: "ada", clock)
        #expect(try await store.run(run).state == .running)
        #expect(try await store.run(run).counts.shardsQueued == 1)
        #expect(try await store.audit(of: run).waiting == 1)
        #expect(try await store.lease(to: "ada", by: clock) == nil, "nobody checks itself")

        try await store.deliver("a", by: "grace", clock)
        #expect(try await store.run(run).state == .done)
        #expect(try await store.audit(of: run).agreed == 1)
        #expect(try await store.quarantinedWorkers().isEmpty)
        #expect(try await store.results(of: run) == [.sample("a")])
    }

    @Test("is not checked by another worker of the same host", arguments: StoreKind.allCases)
    func sameHost(_ kind: StoreKind) async throws {
        let store = try await audited(kind, shards: 1)
        try await store.deliver("a", by: "host3-17-9c0f", clock)
        #expect(try await store.lease(to: "host3-18-1", by: clock) == nil)
        #expect(try await store.lease(to: "host4-18-1", by: clock) != nil)
    }

    @Test("counts without an audit when none is due", arguments: StoreKind.allCases)
    func probation(_ kind: StoreKind) async throws {
        let store = try await audited(kind, shards: 18, percent: 1e-9)
        for _ in 1...18 { try await store.deliver("a", by: "ada", clock) }
        // Ten images a shard: the first thirteen shards are on probation.
        #expect(try await store.audit(of: run).waiting == 13)
        #expect(try await store.run(run).counts.shardsDone == 5)
    }

    @Test(
        "is decided by a third host, and the liar's shards wait again",
        arguments: StoreKind.allCases)
    func majority(_ kind: StoreKind) async throws {
        let store = try await audited(kind, shards: 2, percent: 1e-9)
        // The liar's first shard is not yet contradicted, its second one is.
        try await store.deliver("lie", by: "mallory", clock)
        try await store.deliver("lie", by: "mallory", clock)
        try await store.deliver("a", by: "ada", clock)
        #expect(try await store.audit(of: run).disputed.map(\.hosts) == [["ada", "mallory"]])
        let held = try #require(await store.lease(to: "grace", by: clock))
        #expect(held.shard.index == 0)
        #expect(try await store.complete(held, as: .sample("a")) == .committed)

        let quarantined = try await store.quarantinedWorkers()
        #expect(quarantined.map(\.host) == ["mallory"])
        await #expect(throws: StoreError.workerQuarantined(quarantined[0])) {
            try await store.lease(to: "mallory", by: clock)
        }
        #expect(try await store.results(of: run) == [.sample("a")])
        #expect(try await store.opinions(of: run, on: 1).isEmpty)

        try await store.deliver("b", by: "ada", clock)
        try await store.deliver("b", by: "grace", clock)
        #expect(try await store.results(of: run) == [.sample("a"), .sample("b")])
        #expect(try await store.run(run).state == .done)
        try await store.releaseWorker("mallory")
        #expect(try await store.lease(to: "mallory", by: clock) == nil)
        await #expect(throws: StoreError.workerNotQuarantined("mallory")) {
            try await store.releaseWorker("mallory")
        }
    }

    @Test("that a liar had finished alone is computed again", arguments: StoreKind.allCases)
    func takenBack(_ kind: StoreKind) async throws {
        let store = try await audited(kind, shards: 15, percent: 1e-9)
        for _ in 1...15 { try await store.deliver("lie", by: "mallory", clock) }
        _ = try await store.waiveAudits(of: run)
        #expect(try await store.run(run).state == .done)
        #expect(try await store.audit(of: run).undone == 13)

        try await store.quarantine(QuarantinedWorker(host: "mallory", reason: "it lies"))
        let now = try await store.run(run)
        #expect(now.state == .running)
        #expect(now.counts.shardsQueued == 15)
        #expect(now.counts.labelled == 0)
    }

    @Test("that only a liar agreed with waits for another host", arguments: StoreKind.allCases)
    func liarsAgreement(_ kind: StoreKind) async throws {
        let store = try await audited(kind, shards: 1)
        for host in ["ada", "mallory"] { try await store.deliver("a", by: host, clock) }
        #expect(try await store.run(run).state == .done)
        try await store.quarantine(QuarantinedWorker(host: "mallory", reason: "it lies"))
        #expect(try await store.run(run).state == .running)
        #expect(try await store.audit(of: run).waiting == 1)
        #expect(try await store.lease(to: "ada", by: clock) == nil)
        try await store.deliver("a", by: "grace", clock)
        #expect(try await store.run(run).state == .done)
        #expect(try await store.audit(of: run).agreed == 1)
    }

    @Test("stays done when two others agree without the liar", arguments: StoreKind.allCases)
    func majorityStays(_ kind: StoreKind) async throws {
        let store = try await audited(kind, shards: 1)
        for (host, words) in [("ada", "a"), ("mallory", "lie"), ("grace", "a")] {
            try await store.deliver(words, by: host, clock)
        }
        try await store.quarantine(QuarantinedWorker(host: "mallory", reason: "it lies"))
        #expect(try await store.run(run).state == .done)
        #expect(try await store.opinions(of: run, on: 0)[0]?.map(\.host) == ["ada", "grace"])
    }

    @Test("that a quarantined host holds goes to others", arguments: StoreKind.allCases)
    func held(_ kind: StoreKind) async throws {
        let store = try await audited(kind, shards: 1)
        let lease = try #require(await store.lease(to: "mallory-7-1", by: clock))
        try await store.quarantine(QuarantinedWorker(host: "mallory", reason: "it lies"))
        await #expect(throws: lease.isStale) {
            try await store.complete(lease.ticket, with: .sample("lie"))
        }
        #expect(try await store.lease(to: "ada", by: clock)?.shard.index == 0)
    }

    @Test("is settled when nobody comes, unless hosts disagree", arguments: StoreKind.allCases)
    func waiver(_ kind: StoreKind) async throws {
        let store = try await audited(kind, shards: 2)
        try await store.deliver("a", by: "ada", clock)
        try await store.deliver("b", by: "ada", clock)
        try await store.deliver("c", by: "grace", clock)
        #expect(try await store.waiveAudits(of: run) == 1)
        #expect(try await store.audit(of: run).undone == 1)
        #expect(try await store.run(run).state == .running)
        #expect(try await store.results(of: run) == [.sample("b")])
    }

    @Test(
        "takes no result that was not compared, and each only once", arguments: StoreKind.allCases)
    func comparison(_ kind: StoreKind) async throws {
        let store = try await audited(kind, shards: 1)
        let first = try #require(await store.lease(to: "ada", by: clock))
        #expect(try await store.complete(first, as: .sample("a")) == .committed)
        #expect(try await store.complete(first, as: .sample("a")) == .already)
        let second = try #require(await store.lease(to: "grace", by: clock))
        await #expect(throws: StoreError.unheard(run: run, shard: 0)) {
            try await store.complete(second.ticket, with: .sample("a"))
        }
    }

    @Test("is not lost by a checker that cannot do it", arguments: StoreKind.allCases)
    func failingChecker(_ kind: StoreKind) async throws {
        let store = try await audited(kind, shards: 1)
        try await store.deliver("a", by: "ada", clock)
        for _ in 1...5 {
            let lease = try #require(await store.lease(to: "grace", by: clock))
            try await store.release(lease.ticket, .failed("no"))
        }
        #expect(try await store.run(run).state == .done)
        #expect(try await store.results(of: run) == [.sample("a")])
    }

    @Test("keeps its opinions when the store is opened again")
    func restart() async throws {
        let path = folder.file("jobs.db")
        let store = try SQLiteJobStore(path: path, now: clock.now(), term: .seconds(60))
        try await store.begin(.audited(100), shards: 1)
        try await store.deliver("a", by: "ada", clock)
        let opinions = try await store.opinions(of: run, on: nil)
        try store.close()
        let again = try SQLiteJobStore(path: path, now: clock.now(), term: .seconds(60))
        #expect(try await again.opinions(of: run, on: nil) == opinions)
        #expect(try await again.run(run).audit == AuditShare(percent: 100))
    }

    private func audited(
        _ kind: StoreKind, shards: Int, percent: Double = 100
    ) async throws -> any JobStore {
        let store = try kind.open(in: folder, clock: clock)
        try await store.begin(.audited(percent), shards: shards)
        return store
    }
}

extension Run {
    /// The sample run with an audit.
    fileprivate static func audited(_ percent: Double) -> Run {
        var run = Run.sample("r1")
        run.audit = AuditShare(percent: percent)
        return run
    }
}

extension JobStore {
    /// Leases a shard for `worker`, and completes it with the result of that name.
    fileprivate func deliver(_ words: String, by worker: String, _ clock: ManualClock) async throws
    {
        let lease = try #require(await lease(to: worker, by: clock))
        #expect(try await complete(lease, as: .sample(words)) == .committed)
    }

    /// Completes a lease; equal results agree.
    fileprivate func complete(_ lease: Lease, as result: ShardResult) async throws -> Completion {
        let opinions = try await opinions(of: lease.run, on: lease.shard.index)
        let views = opinions.values.flatMap(\.self).map { ($0.epoch, $0.result == result) }
        return try await complete(
            lease.ticket, with: result, agreeing: Dictionary(uniqueKeysWithValues: views))
    }

    fileprivate func results(of run: RunID) async throws -> [ShardResult] {
        try await endedShards(of: run, from: 0, limit: 100).compactMap(\.result)
    }
}
