import HTTPTypes
import HummingbirdTesting
import NIOCore
import PipelineCore
import TestSupport
import Testing

@testable import Coordination

@Suite("A lease, over HTTP,")
struct LeaseTests {
    let photos = manifest("a.jpg", "b.jpg")

    @Test("is not to be had when nothing waits")
    func nothing() async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            let answer = try await caller.send(
                .post, "/v1/leases", as: .worker, json: LeaseRequest(worker: "ada", version: "1.0"))
            #expect(answer.status == .noContent)
            #expect(answer.headers[.retryAfter] == "1")
            #expect(answer.text.isEmpty)
        }
    }

    @Test("completes once, and says so each time it is asked")
    func repetition() async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            _ = try await caller.submit(photos)
            let lease = try await caller.lease()
            _ = try await caller.upload([1], for: lease)
            let answers = [
                try await caller.complete(lease, with: [1]),
                try await caller.complete(lease, with: [1]),
                try await caller.complete(lease, with: [1]),
            ]
            let completions = try answers.map { try $0.decode(CompletionAnswer.self).completion }
            #expect(completions == [.committed, .already, .already])
            let list = try await caller.send(.get, "/v1/runs", as: .viewer).decode(RunList.self)
            #expect(list.workers.map(\.images) == [2])
            #expect(list.runs.map(\.counts.labelled) == [2])
        }
    }

    @Test("of an earlier epoch is refused once the shard has been taken again")
    func fencing() async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            _ = try await caller.submit(photos)
            let lost = try await caller.lease()
            bench.clock.advance(by: .seconds(61))
            let taken = try await caller.lease(as: "grace")
            #expect(taken.epoch == lost.epoch + 1)

            _ = try await caller.upload([1], for: lost)
            let late = try await caller.complete(lost, with: [1])
            let renewal = try await caller.send(
                .post, "/v1/leases/renew", as: .worker,
                json: Renewal(ticket: lost.ticket, progress: 0))
            let release = try await caller.send(
                .post, "/v1/leases/release", as: .worker, json: ReleaseRequest(ticket: lost.ticket))
            for answer in [late, renewal, release] {
                #expect(answer.status == .conflict)
                #expect(answer.code == "stale-lease")
            }
            let run = try await bench.store.run(lost.run)
            #expect(run.counts.shardsDone == 0)

            _ = try await caller.upload([2], for: taken)
            #expect(try await caller.complete(taken, with: [2]).status == .ok)
        }
    }

    @Test("is refused to whoever does not know its secret")
    func secret() async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            _ = try await caller.submit(photos)
            var lease = try await caller.lease()
            _ = try await caller.upload([1], for: lease)
            lease.secret = "guessed"
            #expect(try await caller.complete(lease, with: [1]).code == "stale-lease")
        }
    }

    @Test("does not complete with a result that was not uploaded")
    func missingResult() async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            _ = try await caller.submit(photos)
            let lease = try await caller.lease()
            let answer = try await caller.complete(lease, with: [1])
            #expect(answer.status == .conflict)
            #expect(answer.code == "result-missing")
        }
    }

    @Test(
        "does not complete with a result that counts other images",
        arguments: [
            (1, 0), (3, 0), (2, 1), (-1, 3), (Int.max, Int.max),
        ])
    func miscount(labelled: Int, failed: Int) async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            _ = try await caller.submit(photos)
            let lease = try await caller.lease()
            _ = try await caller.upload([1], for: lease)
            let result = ShardResult(
                sha256: SHA256Digest(of: [1]), labelled: labelled, failed: failed)
            let answer = try await caller.send(
                .post, "/v1/leases/complete", as: .worker,
                json: CompletionRequest(ticket: lease.ticket, result: result))
            #expect(answer.status == .badRequest)
            #expect(answer.code == "bad-counts")
        }
    }

    @Test("goes back to the queue when its worker leaves", arguments: [nil, "out of memory"])
    func release(_ failure: String?) async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            _ = try await caller.submit(photos)
            let lease = try await caller.lease()
            let answer = try await caller.send(
                .post, "/v1/leases/release", as: .worker,
                json: ReleaseRequest(ticket: lease.ticket, failure: failure))
            #expect(answer.status == .noContent)
            #expect(try await caller.lease(as: "grace").epoch == 2)
        }
    }

    @Test("is kept by heartbeats")
    func renewal() async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            _ = try await caller.submit(photos)
            let lease = try await caller.lease()
            #expect(lease.term == 60)
            for _ in 0..<3 {
                bench.clock.advance(by: .seconds(45))
                let answer = try await caller.send(
                    .post, "/v1/leases/renew", as: .worker,
                    json: Renewal(ticket: lease.ticket, progress: 1))
                #expect(answer.status == .noContent)
            }
            let other = try await caller.send(
                .post, "/v1/leases", as: .worker, json: LeaseRequest(worker: "b", version: "1.0"))
            #expect(other.status == .noContent)
        }
    }

    @Test(
        "is not given to a worker without a proper name",
        arguments: [
            "", "two words", "line\nbreak", String(repeating: "a", count: 201),
        ])
    func name(_ worker: String) async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            let answer = try await caller.send(
                .post, "/v1/leases", as: .worker, json: LeaseRequest(worker: worker, version: "1"))
            #expect(answer.status == .badRequest)
        }
    }

    @Test("has no room for impossible progress", arguments: [-1, 10_001, Int.max])
    func progress(_ progress: Int) async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            _ = try await caller.submit(photos)
            let lease = try await caller.lease()
            let answer = try await caller.send(
                .post, "/v1/leases/renew", as: .worker,
                json: Renewal(ticket: lease.ticket, progress: progress))
            #expect(answer.status == .badRequest)
        }
    }

    @Test("ends by itself when its worker falls silent")
    func sweep() async throws {
        let bench = try await Bench()
        let run = try await bench.test { caller in
            let run = try await caller.submit(photos)
            _ = try await caller.lease()
            bench.clock.advance(by: .seconds(61))
            // The sweeper looks once a second of real time.
            for _ in 0..<50 where try await bench.store.run(run.id).counts.shardsLeased > 0 {
                try await Task.sleep(for: .milliseconds(100))
            }
            return run
        }
        #expect(try await bench.store.run(run.id).counts.shardsLeased == 0)
    }
}
