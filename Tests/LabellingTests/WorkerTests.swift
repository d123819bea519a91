import Foundation
import PipelineCore
import Results
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Labelling

@Suite("A worker")
struct WorkerTests {
    @Test(
        "labels every picture in its own row, whatever streams and batches there are",
        arguments: [(1, 1), (1, 8), (2, 3), (3, 8)])
    func rows(streams: Int, batch: Int) async throws {
        try await Workshop.open { shop in
            let run = try await shop.submit(shop.writePictures(41), shardSize: 10)
            let engine = ColourEngine()
            let worker = try shop.worker(engine, streams: streams, batch: batch)
            let summary = try await worker.work()

            #expect(summary.shards == 5)
            #expect((summary.images, summary.labelled, summary.failed) == (41, 41, 0))
            #expect(summary.seconds > 0)
            #expect(summary.loadingSeconds < summary.seconds)
            for member in 0..<2 {
                #expect(try await shop.rows(of: run, member: member) == (0..<41).map(logits))
            }
            #expect(try await shop.store.run(run.id).state == .done)
        }
    }

    @Test("fills batches across the borders of shards")
    func fullBatches() async throws {
        try await Workshop.open { shop in
            let run = try await shop.submit(shop.writePictures(24), shardSize: 3)
            let turnstile = Turnstile()
            let engine = ColourEngine(turnstile: turnstile)
            let worker = try shop.worker(engine, batch: 8)
            let working = Task { try await worker.work() }
            #expect(await eventually { worker.held.all.count == 8 })
            turnstile.open()
            _ = try await working.value

            #expect(engine.batches <= 5, "the first may be partial, and the last is")
            #expect(try await shop.rows(of: run) == (0..<24).map(logits))
        }
    }

    @Test("keeps the pictures of different definitions in different batches")
    func manyEnsembles() async throws {
        try await Workshop.open { shop in
            let run = try await shop.submit(shop.writePictures(24), shardSize: 3)
            let engine = ColourEngine(keepsEnsemble: false)
            _ = try await shop.worker(engine, streams: 2, batch: 8).work()

            #expect(engine.batches >= 8)
            #expect(try await shop.rows(of: run) == (0..<24).map(logits))
        }
    }

    @Test("gives each bad file a row with its reason, and shifts no neighbour")
    func badFiles() async throws {
        try await Workshop.open { shop in
            var names = try shop.writePictures(12)
            let whole = TinyPNG.plain(9, 9, 9)
            let bad: [(name: String, bytes: [UInt8], reason: String)] = [
                ("1001.png", [], "empty"),
                ("1003.png", Array(whole.prefix(whole.count / 2)), "truncated"),
                ("1004.png", Array("not a picture".utf8), "not-an-image"),
                (
                    "1011.png", TinyPNG.plain(1, 2, 3, width: 1, height: 1, claims: 60_000),
                    "too-large"
                ),
            ]
            for (name, bytes, _) in bad { try shop.write(bytes, to: name) }
            names.append("folder/1000.png")
            try shop.write(TinyPNG.plain(200, 100, 50), to: "folder/1000.png")
            let run = try await shop.submit(names)
            // Between submission and work, one file goes and one becomes another.
            try FileManager.default.removeItem(atPath: shop.folder.file("dataset/1006.png"))
            try shop.write(TinyPNG.plain(0, 0, 0), to: "1008.png")
            let summary = try await shop.worker(ColourEngine(), streams: 2, batch: 4).work()

            var expected: [[Float]?] = (0..<12).map(logits) + [[200, 100, 50]]
            for row in [1, 3, 4, 6, 8, 11] { expected[row] = nil }
            #expect(try await shop.rows(of: run) == expected)
            let failures = try #require(try await shop.results(of: run).first).failures
            #expect(
                failures.mapValues(\.reason) == [
                    1: "empty", 3: "truncated", 4: "not-an-image", 6: "missing", 8: "changed",
                    11: "too-large",
                ])
            #expect((summary.labelled, summary.failed) == (7, 6))
        }
    }

    @Test("says of a file that could not be read at submission what was said then")
    func unreadableAtSubmission() async throws {
        try await Workshop.open { shop in
            let names = try shop.writePictures(2)
            let bytes = [UInt8](
                try Data(contentsOf: URL(filePath: shop.folder.file("dataset/" + names[1]))))
            let run = try await shop.submit(
                manifest: ManifestLine.encode(
                    ImageEntry(
                        file: RelativePath(text: "0.png"), size: 5, sha256: nil,
                        problem: "permission denied"))
                    + ManifestLine.encode(
                        ImageEntry(
                            file: RelativePath(text: names[1]), size: bytes.count,
                            sha256: SHA256Digest(of: bytes))))
            _ = try await shop.worker(ColourEngine()).work()

            let file = try #require(try await shop.results(of: run).first)
            #expect(
                file.failure(0)
                    == ImageFailure(reason: "unreadable", detail: "permission denied"))
            #expect(file.logits(member: 0, row: 1) == logits(1))
        }
    }

    @Test("reads through the coordinator what its own disk does not have")
    func remote() async throws {
        try await Workshop.open { shop in
            let run = try await shop.submit(shop.writePictures(20), shardSize: 8)
            let local = EmptyDisk()
            _ = try await shop.worker(ColourEngine(), batch: 4, images: local).work()

            #expect(local.asked == 20)
            #expect(try await shop.rows(of: run) == (0..<20).map(logits))
        }
    }

    @Test("writes the same results wherever it reads the images")
    func sameBytes() async throws {
        try await Workshop.open { shop in
            let names = try shop.writePictures(6)
            try shop.write([], to: names[2])
            let run = try await shop.submit(names)
            try FileManager.default.removeItem(atPath: shop.folder.file("dataset/1004.png"))
            _ = try await shop.worker(ColourEngine()).work()
            let near = try await shop.store.endedShards(of: run.id, from: 0, limit: 9)

            try await Workshop.open { other in
                let names = try other.writePictures(6)
                try other.write([], to: names[2])
                let twin = try await other.submit(names)
                try FileManager.default.removeItem(atPath: other.folder.file("dataset/1004.png"))
                _ = try await other.worker(ColourEngine(), images: EmptyDisk()).work()
                let far = try #require(try await other.results(of: twin).first)
                let file = try #require(try await shop.results(of: run).first)
                #expect(near.count == 1)
                #expect(far.failures == file.failures)
                #expect(far.failures.keys.sorted() == [2, 4])
                #expect(try await other.rows(of: twin) == shop.rows(of: run))
            }
        }
    }

    @Test("tells how many images are finished as it goes")
    func progress() async throws {
        try await Workshop.open { shop in
            _ = try await shop.submit(shop.writePictures(9), shardSize: 4)
            let seen = Mutex<Set<Int>>([])
            let worker = try shop.worker(
                ColourEngine(), progress: { count in seen.withLock { _ = $0.insert(count) } })
            _ = try await worker.work()

            #expect(seen.withLock { $0 } == Set(1...9))
        }
    }

    @Test("leases the next shard while it still computes")
    func readsAhead() async throws {
        try await Workshop.open { shop in
            let run = try await shop.submit(shop.writePictures(48), shardSize: 12)
            let turnstile = Turnstile()
            let worker = try shop.worker(ColourEngine(turnstile: turnstile), batch: 1)
            let working = Task { try await worker.work() }
            #expect(await eventually { turnstile.arrived == 1 })

            #expect(
                try await eventually { try await shop.store.holders(of: run.id).count == 2 },
                "with 24 photos in hand, which is where it asks for no more, one shard is ahead")
            turnstile.open()
            #expect(try await working.value.images == 48)
        }
    }

    @Test("goes on with the runs that come, until it is told to leave")
    func waitsForWork() async throws {
        try await Workshop.open { shop in
            let worker = try shop.worker(ColourEngine(), once: false)
            let working = Task { try await worker.work() }
            let first = try await shop.submit(shop.writePictures(2))
            #expect(
                try await eventually { try await shop.store.run(first.id).state == .done })
            let second = try await shop.submit(shop.writePictures(3))
            #expect(
                try await eventually { try await shop.store.run(second.id).state == .done })
            worker.leave()

            #expect(try await working.value.images == 5)
        }
    }

    @Test("ends at once where its token does not count")
    func wrongToken() async throws {
        try await Workshop.open { shop in
            let worker = Worker(
                try CoordinatorURL(shop.url), token: BearerToken(text: "pl_w_0"),
                options: WorkerOptions(version: "1.0"), loader: ColourEngine(), logger: .quiet)
            await #expect(throws: ClientError.unauthorised(url: shop.url)) {
                try await worker.work()
            }
            let viewer = Worker(
                try CoordinatorURL(shop.url), token: try shop.token(.viewer),
                options: WorkerOptions(version: "1.0"), loader: ColourEngine(), logger: .quiet)
            let error = await #expect(throws: ClientError.self) { try await viewer.work() }
            #expect(error?.isFinal == true)
        }
    }

    @Test("hands its shard back and ends when a model cannot be loaded")
    func brokenModel() async throws {
        try await Workshop.open { shop in
            let run = try await shop.submit(shop.writePictures(4), shardSize: 2)
            let failure = LabellingError.model("colour", detail: "the file is damaged")
            let worker = try shop.worker(ColourEngine(failure: failure))

            await #expect(throws: failure) { try await worker.work() }
            #expect(try await shop.store.run(run.id).counts.shardsLeased == 0)
            #expect(try await shop.store.run(run.id).counts.shardsQueued == 2)
        }
    }
}

/// A host that has none of the images.
final class EmptyDisk: ImageSource {
    private let count = Mutex(0)

    var asked: Int { count.withLock { $0 } }

    func read(_ entry: ImageEntry, in dataset: RelativePath) throws -> [UInt8] {
        count.withLock { $0 += 1 }
        throw ImageSourceError.missing
    }
}
