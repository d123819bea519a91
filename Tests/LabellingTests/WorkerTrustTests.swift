import Foundation
import PipelineCore
import Storage
import Synchronization
import TestSupport
import Testing
import Transport

@testable import Labelling

@Suite("Whatever a coordinator sends, a worker")
struct WorkerTrustTests {
    static let terms: [(term: Double, pause: Duration)] = [
        (60, .seconds(20)), (0.3, .milliseconds(100)), (0.01, .milliseconds(50)),
        (0, .milliseconds(50)), (-5, .milliseconds(50)), (.nan, .milliseconds(50)),
        (1e300, .seconds(600)), (.infinity, .seconds(600)),
        (.greatestFiniteMagnitude, .seconds(600)), (-1e300, .milliseconds(50)),
    ]

    @Test("keeps its heartbeats between a flood and silence", arguments: terms)
    func heartbeat(term: Double, pause: Duration) throws {
        let id = try #require(RunID("r1"))
        let lease = Lease(
            run: id, shard: ShardRange(index: 0, firstRow: 0, count: 1, offset: 0, length: 1),
            epoch: 1, secret: "s", term: term)
        #expect(abs((lease.heartbeat - pause) / .seconds(1)) < 1e-9)
    }

    static let absurdities: [(what: String, value: String)] = [
        ("\"term\":[0-9.]+", "\"term\":1e300"),
        ("\"term\":[0-9.]+", "\"term\":-1e300"),
        ("\"firstRow\":[0-9]+", "\"firstRow\":9223372036854775807"),
        ("\"firstRow\":[0-9]+", "\"firstRow\":-1"),
        ("\"count\":[0-9]+", "\"count\":9223372036854775807"),
        ("\"count\":[0-9]+", "\"count\":-3"),
    ]

    @Test("survives an absurd lease, and takes the next one", arguments: absurdities)
    func absurdLease(what: String, value: String) async throws {
        try await Workshop.open { shop in
            let run = try await shop.submit(shop.writePictures(3))
            // The first lease is a real one, with one number changed on its way.
            let lease = try #require(
                await shop.store.lease(
                    to: "ada", secret: "s", for: .seconds(60), at: shop.clock.now()))
            let text = String(decoding: try JSONEncoder().encode(lease), as: UTF8.self)
            let absurd = try text.replacing(Regex(what), with: value)
            #expect(absurd != text)
            let proxy = try shop.proxy(faults: 1) { request in
                request.hasPrefix("POST /v1/leases HTTP")
                    ? .answer(
                        ScriptedServer.answer(
                            "201 Created", absurd, headers: "Pipeline-Protocol: 1")) : nil
            }
            // With none of the images on its disk, it computes with every row's number.
            let worker = try shop.worker(ColourEngine(), at: proxy.url, images: EmptyDisk())
            _ = try await worker.work()

            #expect(proxy.faults == 1)
            #expect(try await shop.store.run(run.id).state == .done)
            #expect(try await shop.rows(of: run) == (0..<3).map(logits))
        }
    }

    @Test("hashes a file of its own disk no second time")
    func localImage() async throws {
        try await Workshop.open { shop in
            let run = try await shop.submit(shop.writePictures(2))
            _ = try await shop.worker(ColourEngine(), images: OtherDisk()).work()

            // The source answers for what it hands out; a second look would have found it out.
            #expect(try await shop.rows(of: run) == [[7, 8, 9], [7, 8, 9]])
        }
    }

    @Test("keeps its lease while a model is being loaded")
    func slowLoading() async throws {
        try await Workshop.open(term: .milliseconds(300)) { shop in
            let run = try await shop.submit(shop.writePictures(2))
            let loader = SlowLoader()
            let worker = try shop.worker(loader)
            let working = Task { try await worker.work() }
            #expect(await eventually { loader.isAsked })
            let lease = try #require(try await shop.store.holders(of: run.id).first)
            // A heartbeat may be late, hence more than one step; each is shorter than a term.
            var kept = 0
            for _ in 0..<40 where kept < 5 {
                shop.clock.advance(by: .milliseconds(200))
                try await Task.sleep(for: .milliseconds(250))
                _ = await shop.store.expireLeases(at: shop.clock.now())
                if try await shop.store.holders(of: run.id) == [lease] { kept += 1 }
            }
            loader.go()

            #expect(kept == 5)
            #expect(try await working.value.images == 2)
            #expect(
                try await shop.store.endedShards(of: run.id, from: 0, limit: 1).map(\.epoch) == [1])
        }
    }
}

/// A disk whose every file is one and the same picture, whatever is asked of it.
private struct OtherDisk: ImageSource {
    func read(_ entry: ImageEntry, in dataset: RelativePath) -> [UInt8] { TinyPNG.plain(7, 8, 9) }
}

/// Takes its time until it is told to go on.
private final class SlowLoader: EnsembleLoader {
    private let engine = ColourEngine()
    private let asked = Atomic(false)
    private let (gate, opening) = AsyncStream.makeStream(of: Void.self)

    var isAsked: Bool { asked.load(ordering: .relaxed) }

    func go() { opening.finish() }

    func load(_ definition: PipelineDefinition, batch: Int) async throws -> any LoadedEnsemble {
        asked.store(true, ordering: .relaxed)
        for await _ in gate {}
        return try engine.load(definition, batch: batch)
    }
}
