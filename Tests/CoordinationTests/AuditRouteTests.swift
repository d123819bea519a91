import HTTPTypes
import HummingbirdTesting
import PipelineCore
import TestSupport
import Testing

@testable import Coordination

@Suite("A host that is not trusted")
struct AuditRouteTests {
    @Test("gets no shard until it is released", arguments: StoreKind.allCases)
    func trust(_ kind: StoreKind) async throws {
        let bench = try await Bench(kind)
        try await bench.test { caller in
            _ = try await caller.submit(manifest("a.jpg", "b.jpg"))
            let refused = try await caller.send(
                .post, "/v1/quarantine/workers", as: .submitter,
                json: WorkerTrustRequest(worker: "host3", trusted: false))
            #expect(refused.status == .forbidden)

            let wish = WorkerTrustRequest(worker: "host3-4711-9c0f", trusted: false)
            let list = try await caller.send(
                .post, "/v1/quarantine/workers", as: .admin, json: wish
            ).decode(QuarantineList.self)
            #expect(list.workers?.map(\.host) == ["host3"])
            let request = LeaseRequest(worker: "host3-9-1", version: "1")
            let lease = try await caller.send(.post, "/v1/leases", as: .worker, json: request)
            #expect(lease.status == .forbidden)
            #expect(lease.code == "worker-quarantined")
            #expect(
                try await caller.send(.get, "/v1/quarantine", as: .viewer)
                    .decode(QuarantineList.self) == list)
            #expect(
                try await caller.send(.get, "/v1/runs", as: .viewer).decode(RunList.self)
                    .quarantined == list.workers)

            let release = WorkerTrustRequest(worker: "host3", trusted: true)
            for status in [HTTPResponse.Status.ok, .notFound] {
                let answer = try await caller.send(
                    .post, "/v1/quarantine/workers", as: .admin, json: release)
                #expect(answer.status == status)
            }
            #expect(
                try await caller.send(.post, "/v1/leases", as: .worker, json: request).status
                    == .created)
        }
    }

    @Test("holds a run up for a minute at most", arguments: StoreKind.allCases)
    func patience(_ kind: StoreKind) async throws {
        let bench = try await Bench(kind)
        var run = Run.sample("r1")
        run.audit = AuditShare(percent: 100)
        try await bench.store.begin(run, shards: 2)
        func deliver(_ words: String, by worker: String) async throws {
            let lease = try #require(
                await bench.store.lease(
                    to: worker, secret: "s", for: .seconds(60), at: bench.clock.now()))
            let opinions = try await bench.store.opinions(of: run.id, on: lease.shard.index)
            _ = try await bench.store.complete(
                lease.ticket, with: .sample(words),
                agreeing: Dictionary(
                    uniqueKeysWithValues: opinions.values.flatMap(\.self).map { ($0.epoch, false) })
            )
        }
        var patience = AuditPatience()
        try await deliver("a", by: "ada")
        bench.clock.advance(by: .seconds(300))
        try await patience.settle(in: bench.store, at: bench.clock.now())
        bench.clock.advance(by: .seconds(300))
        try await patience.settle(in: bench.store, at: bench.clock.now())
        #expect(try await bench.store.audit(of: run.id).waiting == 1, "other work is left")

        try await deliver("b", by: "ada")
        try await deliver("lie", by: "mallory")
        for seconds in [0, 60] {
            bench.clock.advance(by: .seconds(seconds))
            try await patience.settle(in: bench.store, at: bench.clock.now())
            #expect(try await bench.store.run(run.id).state == .running)
        }
        bench.clock.advance(by: .seconds(1))
        try await patience.settle(in: bench.store, at: bench.clock.now())
        let held = try await bench.store.run(run.id)
        #expect(held.state == .paused)
        #expect(held.hold?.contains("'ada' and 'mallory' disagree about shard 0") == true)
        #expect(held.counts.shardsDone == 1, "what nobody contradicts counts")
    }
}
