import HTTPTypes
import HummingbirdTesting
import PipelineCore
import Synchronization
import TestSupport
import Testing

@testable import Coordination

@Suite("A completion with a canary")
struct CanaryRouteTests {
    private func finish(
        _ caller: Caller, _ lease: Lease, _ byte: UInt8, saying logits: [Float]?,
        computed: Int? = nil
    ) async throws -> TestResponse {
        _ = try await caller.upload([byte], for: lease)
        let result = ShardResult(
            sha256: SHA256Digest(of: [byte]), labelled: lease.shard.count, failed: 0)
        let canary = logits.map {
            CanaryLogits(members: [CanaryLogits.Member(name: "lite0", sampling: $0)])
        }
        return try await caller.send(
            .post, "/v1/leases/complete", as: .worker,
            json: CompletionRequest(
                ticket: lease.ticket, result: result, computed: computed, canary: canary))
    }

    @Test(
        "that is wrong is refused, and the ledger forgets what else was",
        arguments: StoreKind.allCases)
    func wrong(_ kind: StoreKind) async throws {
        let (bench, ledger) = (try await Bench(kind), SampleLedger())
        bench.ledger.withLock { $0 = ledger }
        try await bench.test { caller in
            let run = try await caller.submit(
                manifest("a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg", "f.jpg", "g.jpg", "h.jpg"))
            let first = try await caller.lease(as: "mallory-1-1")
            #expect(try await finish(caller, first, 1, saying: [9, 0]).status == .ok)
            #expect(await eventually { ledger.results.count == 1 })
            let second = try await caller.lease(as: "ada-1-1")
            #expect(try await finish(caller, second, 2, saying: [1, 2]).status == .ok)
            #expect(await eventually { ledger.results.count == 2 })
            let status = try await caller.send(.get, "/v1/runs/\(run.id)", as: .viewer)
                .decode(RunStatus.self)
            #expect(status.disputants == ["mallory", "ada"])

            let third = try await caller.lease(as: "grace-1-1")
            #expect(try await finish(caller, third, 3, saying: [1, 2]).status == .ok)
            #expect(
                await eventually {
                    ledger.results.map(\.sha256)
                        == [SHA256Digest(of: [2]), SHA256Digest(of: [3])]
                })
            let late = try await caller.send(
                .post, "/v1/leases", as: .worker,
                json: LeaseRequest(worker: "mallory-2-1", version: "1"))
            #expect(late.code == "worker-quarantined")

            let fourth = try await caller.lease(as: "mary-1-1")
            #expect(fourth.shard.index == 0, "the liar's waits again")
            let refused = try await finish(caller, fourth, 4, saying: [2, 1])
            #expect(refused.status == .forbidden)
            #expect(refused.code == "worker-quarantined")
            let page = try await caller.send(.get, "/metrics", as: .viewer).text
            #expect(page.contains("pipeline_quarantined_hosts 2\n"))
            let now = try await caller.send(.get, "/v1/runs/\(run.id)", as: .viewer)
                .decode(RunStatus.self)
            #expect(now.disputants == nil)
            #expect(now.run.counts.shardsDone == 2)
        }
    }

    @Test("that is none is refused", arguments: StoreKind.allCases)
    func malformed(_ kind: StoreKind) async throws {
        let bench = try await Bench(kind)
        try await bench.test { caller in
            _ = try await caller.submit(manifest("a.jpg", "b.jpg"))
            let lease = try await caller.lease()
            _ = try await caller.upload([1], for: lease)
            let result = ShardResult(
                sha256: SHA256Digest(of: [1]), labelled: lease.shard.count, failed: 0)
            let answer = try await caller.send(
                .post, "/v1/leases/complete", as: .worker,
                json: CompletionRequest(
                    ticket: lease.ticket, result: result, canary: CanaryLogits(members: [])))
            #expect(answer.status == .badRequest)
            #expect(answer.code == "bad-request")
        }
    }

    @Test("that two hosts differ about holds the run, once", arguments: StoreKind.allCases)
    func patience(_ kind: StoreKind) async throws {
        let bench = try await Bench(kind)
        let run = Run.sample("r1").id
        try await bench.store.begin(.sample("r1"), shards: 3)
        for (worker, logits) in [("mallory", [Float(9), 0]), ("ada", [1, 2])] {
            let lease = try #require(
                await bench.store.lease(
                    to: worker, secret: "s", for: .seconds(60), at: bench.clock.now()))
            let canary = CanaryLogits(members: [CanaryLogits.Member(name: "n", sampling: logits)])
            _ = try await bench.store.complete(
                lease.ticket, with: .sample(worker), agreeing: [:], Testimony(canary: canary))
        }
        var patience = CanaryPatience()
        for (seconds, state) in [(0, RunState.running), (60, .running), (1, .paused)] {
            bench.clock.advance(by: .seconds(seconds))
            try await patience.settle(in: bench.store, at: bench.clock.now())
            #expect(try await bench.store.run(run).state == state)
        }
        let words = try #require(await bench.store.run(run).hold)
        #expect(words.contains("'mallory' and 'ada' find different logits"))
        _ = try await bench.store.steer(run, .resume)
        for _ in 1...3 {
            bench.clock.advance(by: .seconds(61))
            try await patience.settle(in: bench.store, at: bench.clock.now())
        }
        #expect(try await bench.store.run(run).state == .running, "whoever resumed it has seen it")
    }
}
