import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import PipelineCore
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Coordination

@Suite("The ledger's routes")
struct LedgerRouteTests {
    static let procedure = Procedure(
        preprocessing: Preprocessing(
            resize: 8, crop: 6, interpolation: .bicubic, mean: [0, 0, 0], std: [1, 1, 1]),
        program: "p")

    private func ask(
        _ caller: Caller, _ lease: Lease, rows: [Int]? = nil, procedures: Int = 1
    ) async throws -> TestResponse {
        try await caller.send(
            .post, "/v1/leases/known", as: .worker,
            json: KnownRequest(
                ticket: lease.ticket, progress: 0,
                procedures: [Procedure](repeating: Self.procedure, count: procedures), rows: rows))
    }

    private func rows(_ response: TestResponse, _ count: Int) throws -> [KnownRows.Row] {
        #expect(response.status == .ok)
        return try KnownRows(
            parsing: Array(response.body.readableBytesView), rows: count, members: 1
        ).rows
    }

    /// Uploads `bytes` as the result of a lease, and completes it.
    private func finish(_ caller: Caller, _ lease: Lease) async throws {
        _ = try await caller.upload([7], for: lease)
        #expect(try await caller.complete(lease, with: [7]).status == .ok)
    }

    @Test("tell which rows are known, to be computed, or being computed by another lease")
    func known() async throws {
        let (bench, ledger) = (try await Bench(), SampleLedger())
        bench.ledger.withLock { $0 = ledger }
        try await bench.test { caller in
            // The first image of either shard is the same.
            let lines = [("a", "x"), ("b", "y"), ("c", "x"), ("d", "z")].flatMap { file, content in
                ManifestLine.encode(
                    ImageEntry(
                        file: RelativePath(text: file), size: 1,
                        sha256: SHA256Digest(of: Array(content.utf8))))
            }
            let run = try await caller.submit(lines)
            let (first, second) = (try await caller.lease(), try await caller.lease(as: "grace"))
            #expect(try rows(await ask(caller, first), 2) == [.settled([nil]), .settled([nil])])
            #expect(try rows(await ask(caller, second), 2) == [.awaited, .settled([nil])])
            try await finish(caller, first)
            let x = SHA256Digest(of: Array("x".utf8))
            #expect(
                try await eventually {
                    try rows(await ask(caller, second, rows: [0]), 1)
                        == [.settled([SampleLedger.logits(x)])]
                })
            #expect(ledger.results.map(\.key) == [.result(of: first.ticket, SHA256Digest(of: [7]))])
            #expect(ledger.results.first?.run.id == run.id)
            let page = try await caller.send(.get, "/metrics", as: .viewer).text
            for line in [
                "pipeline_ledger_hits_total 1\n", "pipeline_ledger_misses_total 3\n",
                "pipeline_ledger_entered_total 2\n", "pipeline_images_computed_total 2\n",
            ] {
                #expect(page.contains(line), "\(line)")
            }
        }
    }

    @Test("answer nothing where there is no ledger, or the run does without")
    func without() async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            _ = try await caller.submit(manifest("a", "b"))
            #expect(try await ask(caller, try await caller.lease()).status == .noContent)
            #expect(try await caller.send(.get, "/v1/ledger", as: .viewer).code == "no-ledger")
        }
        let other = try await Bench()
        let ledger = SampleLedger()
        other.ledger.withLock { $0 = ledger }
        try await other.test { caller in
            let lines = manifest("a", "b")
            let submission = RunSubmission(
                definition: .sample, dataset: RelativePath(text: "/photos"),
                manifest: SHA256Digest(of: lines), ledger: false)
            let run = try await caller.send(.post, "/v1/runs", as: .submitter, json: submission)
                .decode(Run.self)
            #expect(run.ledger == false)
            _ = try await caller.send(
                .put, "/v1/runs/\(run.id)/manifest", as: .submitter, body: lines)
            let lease = try await caller.lease()
            #expect(try await ask(caller, lease).status == .noContent)
            try await finish(caller, lease)
        }
        // The coordinator has ended, and with it whatever might have been entered.
        #expect(ledger.results.isEmpty)
    }

    @Test("refuse a lease that has ended, other members, and rows of another shard")
    func refusals() async throws {
        let bench = try await Bench()
        bench.ledger.withLock { $0 = SampleLedger() }
        try await bench.test { caller in
            _ = try await caller.submit(manifest("a", "b", "c"))
            var lease = try await caller.lease()
            #expect(try await ask(caller, lease, procedures: 2).code == "bad-request")
            for rows in [[2], [-1], [0, 1, 1]] {
                #expect(try await ask(caller, lease, rows: rows).code == "bad-request")
            }
            lease.secret = "guessed"
            #expect(try await ask(caller, lease).code == "stale-lease")
        }
    }

    @Test("give statistics, and forget what was not used for so many days")
    func statistics() async throws {
        let (bench, ledger) = (try await Bench(), SampleLedger())
        bench.ledger.withLock { $0 = ledger }
        try await bench.test { caller in
            let found = try await caller.send(.get, "/v1/ledger", as: .viewer)
            #expect(try found.decode(LedgerStatistics.self) == ledger.statistics())
            for (days, status) in [(90, 200), (0, 200), (-1, 400), (36_501, 400)] {
                let answer = try await caller.send(
                    .post, "/v1/ledger/prune", as: .admin,
                    json: LedgerPruneRequest(unusedDays: days))
                #expect(answer.status.code == status)
            }
            #expect(
                ledger.prunings == [1_800_000_001 - 90 * 86_400, 1_800_000_001])
            ledger.fail(LedgerError(path: "l", detail: "broken"))
            #expect(
                try await caller.send(.get, "/v1/ledger", as: .viewer).code == "ledger-unusable")
        }
    }

    @Test("do not hinder a completion when the ledger fails, nor keep others waiting")
    func failing() async throws {
        let (bench, ledger) = (try await Bench(), SampleLedger())
        bench.ledger.withLock { $0 = ledger }
        try await bench.test { caller in
            let lines = ["a", "b", "c", "d"].flatMap { file in
                ManifestLine.encode(
                    ImageEntry(
                        file: RelativePath(text: file), size: 1, sha256: SHA256Digest(of: [1])))
            }
            _ = try await caller.submit(lines)
            let (first, second) = (try await caller.lease(), try await caller.lease(as: "grace"))
            _ = try await ask(caller, first)
            #expect(try rows(await ask(caller, second), 2) == [.awaited, .awaited])
            ledger.fail(LedgerError(path: "l", detail: "broken"))
            try await finish(caller, first)
            #expect(try await ask(caller, second).code == "ledger-unusable")
            #expect(await eventually { ledger.refusals == 2 }, "the keeper has tried, too")
            ledger.fail(nil)
            #expect(
                try await eventually {
                    try rows(await ask(caller, second), 2) == [.settled([nil]), .settled([nil])]
                })
        }
    }

    @Test("leave results to the ledger that a sweep would remove")
    func sweep() async throws {
        let (bench, ledger) = (try await Bench(), SampleLedger())
        bench.ledger.withLock { $0 = ledger }
        try await bench.test { caller in
            let run = try await caller.submit(manifest("a"))
            let lease = try await caller.lease()
            for bytes: [UInt8] in [[1], [2], [7]] {
                _ = try await caller.upload(bytes, for: lease)
            }
            _ = try ledger.record(
                CountedResult(
                    run: run, range: lease.shard, epoch: lease.epoch,
                    sha256: SHA256Digest(of: [1]), images: []))
            try await finish(caller, lease)
            var sweep = ResultSweep(parts: bench.parts)
            _ = try await sweep.run()
            bench.clock.advance(by: ResultSweep.patience + .seconds(1))
            #expect(try await sweep.run() == 1)
            #expect(try bench.objects.results(of: run.id).count == 2)
        }
    }
}
