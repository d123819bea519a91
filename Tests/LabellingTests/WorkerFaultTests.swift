import Foundation
import PipelineCore
import Storage
import Synchronization
import TestSupport
import Testing
import Transport

@testable import Labelling

@Suite("Under faults, a worker")
struct WorkerFaultTests {
    @Test("uploads again when the connection is cut in the middle", arguments: [0, 300])
    func cutUpload(after length: Int) async throws {
        try await Workshop.open { shop in
            let run = try await shop.submit(shop.writePictures(6), shardSize: 3)
            let proxy = try shop.proxy(faults: 2) { text in
                text.hasPrefix("PUT ") ? (length == 0 ? .cut : .cutAfter(length)) : nil
            }
            let worker = try shop.worker(ColourEngine(), at: proxy.url)
            _ = try await worker.work()

            #expect(proxy.faults == 2)
            #expect(try await shop.rows(of: run) == (0..<6).map(logits))
            let shards = try await shop.store.endedShards(of: run.id, from: 0, limit: 9)
            #expect(shards.map(\.epoch) == [1, 1], "no attempt is lost")
        }
    }

    @Test("asks again when the answer to a completion is lost")
    func lostAnswer() async throws {
        try await Workshop.open { shop in
            let run = try await shop.submit(shop.writePictures(3))
            let proxy = try shop.proxy(faults: 1) { text in
                text.contains("/complete") ? .loseAnswer : nil
            }
            let worker = try shop.worker(ColourEngine(), at: proxy.url)
            let summary = try await worker.work()

            #expect(proxy.faults == 1)
            #expect(summary.images == 3)
            #expect(try await shop.store.run(run.id).state == .done)
        }
    }

    @Test("waits for a coordinator that comes up later")
    func lateCoordinator() async throws {
        try await Workshop.open { shop in
            let run = try await shop.submit(shop.writePictures(3))
            let proxy = try shop.proxy(faults: 3) { _ in .cut }
            let worker = try shop.worker(ColourEngine(), at: proxy.url)

            #expect(try await worker.work().images == 3)
            #expect(proxy.faults == 3)
            #expect(try await shop.store.run(run.id).state == .done)
        }
    }

    @Test("drops a shard that another worker has taken over, and goes on")
    func staleLease() async throws {
        try await Workshop.open { shop in
            let run = try await shop.submit(shop.writePictures(4), shardSize: 2)
            let turnstile = Turnstile()
            let worker = try shop.worker(
                ColourEngine(turnstile: turnstile), batch: 2, once: false)
            let working = Task { try await worker.work() }
            #expect(await eventually { turnstile.arrived == 1 && worker.held.all.count == 2 })

            let thief = try #require(try await shop.steal(from: run))
            #expect(thief.shard.index == 0)
            turnstile.open()
            #expect(
                try await eventually { try await shop.store.run(run.id).counts.shardsDone == 1 })
            #expect(await eventually { worker.held.isEmpty })
            #expect(try await shop.store.holders(of: run.id).map(\.worker) == ["grace"])
            try await shop.store.release(thief.ticket, .leaving)
            #expect(try await eventually { try await shop.store.run(run.id).state == .done })
            worker.leave()

            #expect(try await working.value.images == 4)
            #expect(try await shop.rows(of: run) == (0..<4).map(logits))
            let first = try await shop.store.endedShards(of: run.id, from: 0, limit: 1)
            #expect(first.map(\.epoch) == [3], "the first lease's result does not count")
        }
    }

    @Test("learns from a heartbeat that its shard is gone, and computes no more of it")
    func staleHeartbeat() async throws {
        try await Workshop.open(term: .milliseconds(300)) { shop in
            let run = try await shop.submit(shop.writePictures(50))
            let turnstile = Turnstile()
            let engine = ColourEngine(turnstile: turnstile)
            let worker = try shop.worker(engine, once: false)
            let working = Task { try await worker.work() }
            #expect(await eventually { turnstile.arrived == 1 })

            #expect(try await shop.steal(from: run) != nil)
            #expect(await eventually { worker.held.all.allSatisfy { !$0.isOpen } })
            // The photos that were read ahead are worth nothing now.
            turnstile.open()
            worker.leave()

            #expect(try await working.value.images == 0)
            #expect(engine.batches == 1)
            #expect(try await shop.store.holders(of: run.id).map(\.worker) == ["grace"])
        }
    }

    @Test("keeps its lease for longer than a term by heartbeats")
    func heartbeats() async throws {
        try await Workshop.open(term: .milliseconds(600)) { shop in
            let run = try await shop.submit(shop.writePictures(3))
            let turnstile = Turnstile()
            let heartbeats = Mutex(0)
            let proxy = try shop.proxy(faults: 1) { text in
                if text.contains("/renew") { heartbeats.withLock { $0 += 1 } }
                return nil
            }
            let worker = try shop.worker(ColourEngine(turnstile: turnstile), at: proxy.url)
            let working = Task { try await worker.work() }
            turnstile.admit(2)
            #expect(await eventually { turnstile.arrived == 3 })
            #expect(
                try await eventually {
                    try await shop.store.holders(of: run.id).first?.progress == 2
                })
            // Without a heartbeat the lease would end within the second step.
            for _ in 0..<3 {
                shop.clock.advance(by: .milliseconds(400))
                let stolen = try await shop.store.lease(
                    to: "grace", secret: "s", for: .seconds(60), at: shop.clock.now())
                #expect(stolen == nil)
                // Once another one is on its way, the next to come has been answered.
                let wanted = heartbeats.withLock { $0 } + 2
                #expect(await eventually { heartbeats.withLock { $0 } >= wanted })
            }
            turnstile.open()

            #expect(try await working.value.images == 3)
            #expect(proxy.faults == 0)
            #expect(
                try await shop.store.endedShards(of: run.id, from: 0, limit: 1).map(\.epoch) == [1])
        }
    }

    @Test("gives a shard back whose result is refused, and takes it again")
    func refusedUpload() async throws {
        try await Workshop.open { shop in
            let run = try await shop.submit(shop.writePictures(2))
            let refusal = ScriptedServer.answer(
                "413 Content Too Large", #"{"code":"too-large","message":"no"}"#,
                headers: "Pipeline-Protocol: 1")
            let proxy = try shop.proxy(faults: 1) { $0.hasPrefix("PUT ") ? .answer(refusal) : nil }
            let worker = try shop.worker(ColourEngine(), at: proxy.url)
            let summary = try await worker.work()

            #expect(summary.images == 2)
            #expect(
                try await shop.store.endedShards(of: run.id, from: 0, limit: 1).map(\.epoch) == [2])
        }
    }
}
