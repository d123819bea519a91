import HTTPTypes
import HummingbirdTesting
import PipelineCore
import TestSupport
import Testing

@testable import Coordination

@Suite("A run, steered over HTTP,")
struct SteeringRouteTests {
    let photos = manifest("a.jpg", "b/c.jpg", "d.jpg")

    func steer(_ run: Run, _ order: RunOrder, _ caller: Caller) async throws -> TestResponse {
        try await caller.send(
            .post, "/v1/runs/\(run.id)/orders", as: .submitter, json: OrderRequest(order: order))
    }

    @Test("is paused, resumed, cancelled and wanted again", arguments: StoreKind.allCases)
    func orders(_ kind: StoreKind) async throws {
        let bench = try await Bench(kind)
        try await bench.test { caller in
            let run = try await caller.submit(photos)
            let orders: [(RunOrder, RunState)] = [
                (.pause, .paused), (.resume, .running), (.cancel, .cancelled),
                (.resume, .running), (.cancel, .cancelled),
            ]
            for (order, state) in orders {
                #expect(try await steer(run, order, caller).decode(Run.self).state == state)
            }
            let refused = try await steer(run, .pause, caller)
            #expect(refused.status == .conflict)
            #expect(refused.code == "not-now")
            #expect(
                try await caller.submit(photos).state == .running, "submitted again, it goes on")
            #expect(
                try await caller.send(
                    .post, "/v1/runs/\(run.id)/orders", as: .submitter, json: ["order": "explode"]
                ).status == .badRequest)
        }
    }

    @Test("takes the priority of its latest submission")
    func priority() async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            var submission = RunSubmission(
                definition: .sample, dataset: RelativePath(text: "/photos"),
                manifest: SHA256Digest(of: photos), priority: 7)
            for (priority, expected) in [(7, 7), (nil, 7), (-3, -3)] as [(Int?, Int)] {
                submission.priority = priority
                let run = try await caller.send(
                    .post, "/v1/runs", as: .submitter, json: submission
                ).decode(Run.self)
                #expect(run.priority == expected)
            }
            submission.priority = 101
            let refused = try await caller.send(
                .post, "/v1/runs", as: .submitter, json: submission)
            #expect(refused.status == .badRequest)
        }
    }

    @Test("quarantines an image that two markers accuse, names it, and takes it back")
    func quarantine() async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            let run = try await caller.submit(photos)
            for _ in 1...2 {
                let lease = try await caller.lease()
                #expect(lease.shard.rows == 0..<2)
                let answer = try await caller.send(
                    .post, "/v1/leases/release", as: .worker,
                    json: ReleaseRequest(
                        ticket: lease.ticket, crash: CrashMark(rows: [1], signal: 11)))
                #expect(answer.status == .noContent)
            }
            for path in ["/v1/quarantine", "/v1/runs/\(run.id)/quarantine"] {
                let list = try await caller.send(.get, path, as: .viewer)
                    .decode(QuarantineList.self)
                #expect(list.images.map(\.row) == [1])
                #expect(list.images.first?.file == RelativePath(text: "b/c.jpg"))
                #expect(list.images.first?.crashes.map(\.worker) == ["ada", "ada"])
            }
            // What is left of the shard is the image before it, and only that is handed out.
            let lease = try await caller.lease()
            #expect(lease.shard.rows == 0..<1)
            let images = try await caller.send(
                .get, "/v1/runs/\(run.id)/shards/\(lease.shard.index)/images", as: .worker)
            #expect(images.text == String(decoding: manifest("a.jpg"), as: UTF8.self))

            let path = "/v1/runs/\(run.id)/quarantine/"
            let terms = ReadmissionRequest(terms: .release)
            let back = try await caller.send(.post, path + "1", as: .submitter, json: terms)
            #expect(try back.decode(Run.self).counts.quarantined == 0)
            let twice = try await caller.send(.post, path + "1", as: .submitter, json: terms)
            #expect(twice.code == "not-quarantined")
            let again = try await caller.lease()
            #expect(again.shard.rows == 1..<2)
            let image = try await caller.send(
                .get, "/v1/runs/\(run.id)/shards/\(again.shard.index)/images", as: .worker)
            #expect(image.text == String(decoding: manifest("b/c.jpg"), as: UTF8.self))
        }
    }

    @Test("whose size is left open is cut to the measure of its workers")
    func elastic() async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            var definition = PipelineDefinition.sample
            definition.shardSize = nil
            let names = (1000..<1100).map { "\($0).jpg" }
            let run = try await caller.submit(
                names.flatMap { ManifestLine.encode(.sample($0)) }, definition)
            #expect(run.counts.shards == 1)
            let first = try await caller.lease()
            #expect(first.shard.rows == 0..<50, "half of what is left, before its speed is known")
            _ = try await caller.upload([1], for: first)
            bench.clock.advance(by: .seconds(100))
            _ = try await caller.complete(first, with: [1])
            let second = try await caller.lease()
            #expect(second.shard.rows == 50..<75)
            let lines = try await caller.send(
                .get, "/v1/runs/\(run.id)/shards/\(second.shard.index)/images", as: .worker)
            #expect(
                lines.text
                    == String(
                        decoding: names[50..<75].flatMap { ManifestLine.encode(.sample($0)) },
                        as: UTF8.self))
            let workers = try await caller.send(.get, "/v1/runs", as: .viewer)
                .decode(RunList.self).workers
            #expect(workers.map(\.imagesPerSecond) == [0.5])
        }
    }
}
