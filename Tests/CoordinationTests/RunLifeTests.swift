import HTTPTypes
import HummingbirdTesting
import NIOCore
import PipelineCore
import TestSupport
import Testing

@testable import Coordination

@Suite("A run, seen over HTTP,")
struct RunLifeTests {
    let photos = manifest("a.jpg", "b/c.jpg", "d.jpg")

    @Test("goes from submission to done", arguments: StoreKind.allCases)
    func life(_ kind: StoreKind) async throws {
        let bench = try await Bench(kind)
        try await bench.test { caller in
            let submission = RunSubmission(
                definition: .sample, dataset: RelativePath(text: "/photos"),
                manifest: SHA256Digest(of: photos))
            let created = try await caller.send(
                .post, "/v1/runs", as: .submitter, json: submission)
            #expect(created.status == .created)
            let run = try created.decode(Run.self)
            #expect(run.state == .open)

            let started = try await caller.send(
                .put, "/v1/runs/\(run.id)/manifest", as: .submitter, body: photos
            ).decode(Run.self)
            #expect(started.state == .running)
            #expect(started.counts.images == 3)
            #expect(started.counts.shards == 2)

            for (name, rows, lines) in [
                ("first", 0..<2, manifest("a.jpg", "b/c.jpg")),
                ("second", 2..<3, manifest("d.jpg")),
            ] {
                let lease = try await caller.lease()
                #expect(lease.shard.firstRow..<lease.shard.firstRow + lease.shard.count == rows)
                let shard = "/v1/runs/\(run.id)/shards/\(lease.shard.index)"
                let images = try await caller.send(.get, shard + "/images", as: .worker)
                #expect(images.text == String(decoding: lines, as: UTF8.self))

                #expect(try await caller.upload(Array(name.utf8), for: lease).status == .created)
                let answer = try await caller.complete(lease, with: Array(name.utf8))
                #expect(try answer.decode(CompletionAnswer.self).completion == .committed)
            }

            let status = try await caller.send(.get, "/v1/runs/\(run.id)", as: .viewer)
                .decode(RunStatus.self)
            #expect(status.run.state == .done)
            #expect(status.run.counts.labelled == 3)
            #expect(status.secondsLeft == 0)
            let list = try await caller.send(.get, "/v1/runs", as: .viewer).decode(RunList.self)
            #expect(list.runs.map(\.id) == [run.id])
            #expect(list.earlier == nil)
            #expect(
                list.workers == [
                    WorkerStatus(name: "ada", version: "1.0", silence: 0, images: 3)
                ])
        }
    }

    @Test("is the same run when the same files come again")
    func resubmission() async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            let run = try await caller.submit(photos)
            let again = RunSubmission(
                definition: .sample, dataset: run.dataset, manifest: run.manifest)
            let answer = try await caller.send(.post, "/v1/runs", as: .submitter, json: again)
            #expect(answer.status == .ok)
            #expect(try answer.decode(Run.self) == run)
            #expect(try await caller.submit(photos) == run)
        }
    }

    @Test("is another run when files, definition or folder differ")
    func distinction() async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            let run = try await caller.submit(photos)
            var other = PipelineDefinition.sample
            other.top = 3
            let elsewhere = RunSubmission(
                definition: .sample, dataset: RelativePath(text: "/photos/2"),
                manifest: run.manifest)
            let ids = [
                run.id, try await caller.submit(photos, other).id,
                try await caller.submit(manifest("a.jpg")).id,
                try await caller.send(.post, "/v1/runs", as: .submitter, json: elsewhere)
                    .decode(Run.self).id,
            ]
            #expect(Set(ids).count == 4)
        }
    }

    @Test("of no images is done at once")
    func nothing() async throws {
        let bench = try await Bench()
        let run = try await bench.test { try await $0.submit([]) }
        #expect(run.state == .done)
    }

    @Test("tells workers its definition and dataset")
    func definition() async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            let run = try await caller.submit(photos)
            let told = try await caller.send(.get, "/v1/runs/\(run.id)/definition", as: .worker)
                .decode(Run.self)
            #expect(told.definition == .sample)
            #expect(told.dataset == RelativePath(text: "/photos"))
        }
    }

    @Test("is exported and reported", arguments: ManifestFormat.allCases)
    func export(_ format: ManifestFormat) async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            let run = try await caller.submit(photos)
            for _ in 0..<run.counts.shards {
                let lease = try await caller.lease()
                _ = try await caller.upload([1], for: lease)
                _ = try await caller.complete(lease, with: [1])
            }
            let export = try await caller.send(
                .get, "/v1/runs/\(run.id)/export?format=\(format)", as: .viewer)
            #expect(export.text == (0..<3).map { "\(format) \($0)\n" }.joined())
            let report = try await caller.send(.get, "/v1/runs/\(run.id)/report", as: .viewer)
            #expect(report.text == "# \(run.id)\n")
            #expect(report.headers[.contentType] == "text/markdown; charset=utf-8")
        }
    }

    @Test("shows who works on it, how fast, and how long it will take")
    func progress() async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            let run = try await caller.submit(
                manifest("a", "b", "c", "d", "e", "f", "g", "h"))
            let first = try await caller.lease()
            let second = try await caller.lease(as: "grace")
            bench.clock.advance(by: .seconds(4))
            _ = try await caller.upload([1], for: first)
            _ = try await caller.complete(first, with: [1])
            let renewal = Renewal(ticket: second.ticket, progress: 1)
            let answer = try await caller.send(
                .post, "/v1/leases/renew", as: .worker, json: renewal)
            #expect(answer.status == .noContent)

            let status = try await caller.send(.get, "/v1/runs/\(run.id)", as: .viewer)
                .decode(RunStatus.self)
            #expect(status.holders == [LeaseHolder(shard: 1, worker: "grace", progress: 1)])
            #expect(status.imagesPerSecond == 0.75)
            #expect(status.secondsLeft == 5 / 0.75)
            #expect(status.late == nil)

            _ = try await caller.send(
                .post, "/v1/leases/renew", as: .worker,
                json: Renewal(ticket: first.ticket, progress: 1))
            let later = try await caller.send(.get, "/v1/runs/\(run.id)", as: .viewer)
                .decode(RunStatus.self)
            #expect(later.late == 1)
        }
    }
}
