import Foundation
import Ledgers
import PipelineCore
import Storage
import TestSupport
import Testing
import Transport

@testable import Labelling

@Suite("With every shard, a worker")
struct WorkerCanaryTests {
    @Test("tells what its networks say of the canary")
    func told() async throws {
        try await Workshop.open { shop in
            let run = try await shop.submit(shop.writePictures(4), shardSize: 2)
            let engine = ColourEngine()
            let summary = try await shop.worker(engine).work()
            #expect((summary.images, engine.images()) == (4, 4), "it is none of the images")
            let words = try await shop.store.canaries(of: run.id).words
            #expect(words.map(\.host) == ["ada"])
            let members = words[0].logits.members
            #expect(members.map(\.name) == ["a", "b"])
            // These networks say red, green and blue; the bird is yellow.
            for member in members {
                #expect(member.logits.count == 3)
                #expect(member.logits[0] > member.logits[1] && member.logits[1] > member.logits[2])
            }
            #expect(try await shop.rows(of: run) == (0..<4).map(logits))
        }
    }

    @Test("carries it where there are more members and streams, and bad images, too")
    func crowded() async throws {
        try await Workshop.open { shop in
            var names = try shop.writePictures(30)
            try shop.write([1, 2, 3], to: "bad.png")
            names.append("bad.png")
            let run = try await shop.submit(names, shardSize: 7)
            _ = try await shop.worker(ColourEngine(), streams: 3, batch: 4).work()
            #expect(try await shop.store.run(run.id).state == .done)
            #expect(try await shop.store.run(run.id).counts.failed == 1)
            #expect(try await shop.rows(of: run) == (0..<30).map(logits) + [nil])
            #expect(try await shop.store.canaries(of: run.id).words.count == 1)
        }
    }

    @Test("carries none where nothing has to be computed")
    func reused() async throws {
        try await Workshop.open(hasLedger: true) { shop in
            let names = try shop.writePictures(4)
            let first = try await shop.submit(names, shardSize: 4)
            _ = try await shop.worker(ColourEngine()).work()
            #expect(try await shop.store.canaries(of: first.id).words.count == 1)
            let isEntered = try await eventually {
                try await shop.ledger?.statistics().images == 4
            }
            #expect(isEntered)
            let second = try await shop.submit(names, shardSize: 2)
            let engine = ColourEngine()
            _ = try await shop.worker(engine).work()
            #expect(engine.images() == 0)
            #expect(try await shop.store.run(second.id).state == .done)
            #expect(try await shop.store.canaries(of: second.id) == CanaryLog())
        }
    }

    @Test("is sent away when it computes wrongly, and its shards are done by others")
    func sentAway() async throws {
        try await Workshop.open { shop in
            let run = try await shop.submit(shop.writePictures(12), shardSize: 2)
            // One shard each, so that the canary is known; then one that is wrong.
            for name in ["ada", "grace"] { try await shop.oneShard(name) }
            #expect(try await shop.store.canaries(of: run.id).known?.host == "ada")
            let error = await #expect(throws: ClientError.self) {
                try await shop.worker(ColourEngine(flaw: 40), name: "mallory").work()
            }
            guard case .quarantined(_, let detail) = error else {
                Issue.record("it ends with \(String(describing: error))")
                return
            }
            #expect(detail.contains("finds logits of 'a'"))
            #expect(try await shop.store.run(run.id).counts.shardsDone == 2)
            _ = try await shop.worker(ColourEngine(), name: "ada").work()
            #expect(try await shop.rows(of: run) == (0..<12).map(logits))
        }
    }

    @Test("that was wrong before anybody knew, is found out by the next two")
    func foundOut() async throws {
        try await Workshop.open { shop in
            let run = try await shop.submit(shop.writePictures(12), shardSize: 2)
            try await shop.oneShard("mallory", flaw: 40)
            #expect(try await shop.rows(of: run) == (0..<2).map { logits($0).flawed })
            for name in ["ada", "grace"] { try await shop.oneShard(name) }
            #expect(await shop.store.quarantinedWorkers().map(\.host) == ["mallory"])
            _ = try await shop.worker(ColourEngine(), name: "ada").work()
            #expect(try await shop.rows(of: run) == (0..<12).map(logits))
        }
    }
}

extension [Float] {
    fileprivate var flawed: [Float] { [self[0] + 40] + dropFirst() }
}

extension Workshop {
    /// Has a worker do one shard of two pictures, and leave.
    fileprivate func oneShard(_ name: String, flaw: Float = 0) async throws {
        let turnstile = Turnstile()
        let worker = try worker(ColourEngine(turnstile: turnstile, flaw: flaw), name: name)
        async let summary = worker.work()
        turnstile.admit(2)
        #expect(await eventually { worker.summary.images == 2 })
        worker.leaveNow()
        turnstile.open()
        _ = try await summary
    }
}
