import Foundation
import PipelineCore
import Testing

@testable import Datasets

/// The file that tells a coordinator what a dataset holds.
@Suite("A dataset's manifest")
struct ManifestWriterTests {
    let folder = TemporaryFolder()
    let place = TemporaryFolder()

    private func fill() throws {
        for i in 0..<2500 { try folder.write("\(i % 7)/\(i).jpg") }
        try folder.link("broken.jpg", to: "nothing.jpg")
    }

    @Test("has a line for every entry, and the SHA-256 that was told")
    func lines() throws {
        try fill()
        var entries: [ImageEntry] = []
        let dataset = try ImageFolder(path: folder.dataset)
        let summary = try dataset.entries { entries.append($0) }

        let path = place.path + "/manifest.jsonl"
        var heard: (images: Int, bytes: Int) = (0, 0)
        let (manifest, again) = try dataset.writeManifest(to: path) { heard = ($0, $1) }
        let written = try [UInt8](Data(contentsOf: URL(filePath: path)))

        #expect(again == summary)
        #expect(manifest.count == 2501)
        #expect(manifest.bytes == written.count)
        #expect(manifest.sha256 == SHA256Digest(of: written))
        #expect(heard == (summary.images, summary.bytes))
        let lines = written.split(separator: UInt8(ascii: "\n"))
        #expect(try lines.map { try ManifestLine.parse($0) } == entries)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: place.path) == ["manifest.jsonl"])
    }

    @Test("is empty for a dataset without images")
    func empty() throws {
        let (manifest, _) = try ImageFolder(path: folder.dataset)
            .writeManifest(to: place.path + "/manifest.jsonl")
        #expect(manifest.count == 0)
        #expect(manifest.sha256 == SHA256Digest(of: []))
    }

    @Test("leaves nothing behind when the listing is broken off")
    func brokenOff() throws {
        struct Enough: Error {}
        try fill()
        #expect(throws: Enough.self) {
            try ImageFolder(path: folder.dataset)
                .writeManifest(to: place.path + "/manifest.jsonl") { images, _ in
                    if images == 2000 { throw Enough() }
                }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path).isEmpty)
    }

    @Test("is refused where it cannot be written")
    func refusal() throws {
        let path = place.path + "/no/manifest.jsonl"
        #expect(throws: DatasetError.unwritable(path, "No such file or directory")) {
            try ImageFolder(path: folder.dataset).writeManifest(to: path)
        }
    }
}
