import Foundation
import PipelineCore
import Results
import Storage
import TestSupport
import Testing

@testable import Labelling

@Suite("A worker whose images have addresses")
struct AddressedImagesTests {
    private static func manifest(_ count: Int) -> [UInt8] {
        (0..<count).flatMap { i in
            ManifestLine.encode(
                ImageEntry(
                    file: RelativePath(text: "https://e.org/\(i)"), size: 0, sha256: nil,
                    isRemote: true))
        }
    }

    private static func pictures(
        of shop: Workshop, _ count: Int
    ) throws -> [String: Result<[UInt8], ImageSourceError>] {
        let names = try shop.writePictures(count)
        var images: [String: Result<[UInt8], ImageSourceError>] = [:]
        for (i, name) in names.enumerated() {
            let path = shop.folder.file("dataset/" + name)
            images["https://e.org/\(i)"] = .success(
                try [UInt8](Data(contentsOf: URL(filePath: path))))
        }
        return images
    }

    @Test("labels what it is given, and gives all else a row with its reason")
    func rows() async throws {
        try await Workshop.open { shop in
            var images = try Self.pictures(of: shop, 9)
            images["https://e.org/2"] = .failure(.missing)
            images["https://e.org/4"] = .failure(.unreachable("asked 3 times"))
            images["https://e.org/5"] = .failure(.notAllowed("10.0.0.1"))
            images["https://e.org/7"] = .failure(.tooLarge)
            let run = try await shop.submit(manifest: Self.manifest(9), shardSize: 9)
            let worker = try shop.worker(
                ColourEngine(), streams: 2, images: ScriptedImages(images: images))
            let summary = try await worker.work()

            #expect((summary.labelled, summary.failed) == (5, 4))
            let failures = try #require(try await shop.results(of: run).first).failures
            #expect(
                failures.mapValues(\.reason) == [
                    2: "missing", 4: "unreachable", 5: "not-allowed", 7: "too-large",
                ])
            let gone = [2, 4, 5, 7]
            #expect(
                try await shop.rows(of: run) == (0..<9).map { gone.contains($0) ? nil : logits($0) }
            )
        }
    }

    @Test("holds the run when nobody could go on, burns no attempt, and goes on when it is told to")
    func held() async throws {
        try await Workshop.open { shop in
            let pictures = try Self.pictures(of: shop, 4)
            var images = pictures
            images["https://e.org/1"] = .failure(.held("the keys have ended"))
            let run = try await shop.submit(manifest: Self.manifest(4), shardSize: 4)
            _ = try await shop.worker(
                ColourEngine(), images: ScriptedImages(images: images)
            ).work()

            let after = try await shop.store.run(run.id)
            #expect(after.state == .paused)
            #expect(after.hold == "the keys have ended")
            #expect((after.counts.shardsQueued, after.counts.shardsLeased) == (1, 0))

            _ = try await shop.client(.submitter).steer(run.id, .resume)
            _ = try await shop.worker(
                ColourEngine(), images: ScriptedImages(images: pictures)
            ).work()
            #expect(try await shop.rows(of: run) == (0..<4).map(logits))
            let shard = try #require(
                try await shop.store.endedShards(of: run.id, from: 0, limit: 1).first)
            #expect(shard.epoch == 2)
        }
    }
}

/// Images elsewhere, some of which nobody may have.
private struct ScriptedImages: ImageSource {
    /// What becomes of each address.
    let images: [String: Result<[UInt8], ImageSourceError>]

    func read(_ entry: ImageEntry, in dataset: RelativePath) throws -> [UInt8] {
        try (images[entry.file.text] ?? .failure(.missing)).get()
    }
}
