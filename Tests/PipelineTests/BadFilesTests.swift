import Foundation
import TestSupport
import Testing

@Suite("A folder with bad files in it", .enabled(if: Networks.areHere), .serialized)
struct BadFilesTests {
    let folder = TemporaryFolder()

    @Test("has a row for every file: labels for the good ones, reasons for the others")
    func hundredAndTwentyFiles() async throws {
        let clean = try SampleDataset(0..<120)
        let dataset = try SampleDataset(0..<120)
        let cut = SamplePhoto(index: 61).png
        try dataset.write([], to: SampleDataset.name(37))
        try dataset.write(Array(cut.prefix(cut.count / 2)), to: SampleDataset.name(61))
        try dataset.write(Array("just words\n".utf8), to: SampleDataset.name(80))
        try dataset.write(
            SamplePhoto.header(width: 60_000, height: 60_000), to: SampleDataset.name(95))
        // Names that end in the same word, hold a line feed, and are not UTF-8, of known content.
        let odd: [([UInt8], Int)] = [
            (Array("a/same.png".utf8), 3), (Array("b/same.png".utf8), 4),
            (Array("line\nfeed.png".utf8), 5), (Array("caf".utf8) + [0xE9] + Array(".png".utf8), 6),
        ]
        for (name, index) in odd { try dataset.write(SamplePhoto(index: index).png, to: name) }

        let expected = try await label(clean, into: "clean", ending: 0)
        let rows = try await label(dataset, into: "labels", ending: 3)
        let byFile = Dictionary(uniqueKeysWithValues: rows.map { ($0.file, $0) })
        let labels = Dictionary(uniqueKeysWithValues: expected.map { ($0.file, $0.label) })

        #expect(Set(labels.values).count > 10, "the photos are too much alike to tell them apart")
        #expect(rows.count == 124)
        let bad = [37, 61, 80, 95]
        for index in 0..<120 where !bad.contains(index) {
            let name = SampleDataset.name(index)
            #expect(byFile[name]?.label == labels[name], "\(name)")
        }
        for (name, index) in [
            ("a/same.png", 3), ("b/same.png", 4), ("line\nfeed.png", 5), ("caf\\xE9.png", 6),
        ] {
            #expect(byFile[name]?.label == labels[SampleDataset.name(index)], "\(name)")
        }
        for index in bad {
            let row = try #require(byFile[SampleDataset.name(index)])
            #expect(row.status == "failed")
            #expect(row.label == nil)
            #expect(row.failure?.detail.isEmpty == false)
        }
        let reasons = bad.map { byFile[SampleDataset.name($0)]?.failure?.reason }
        #expect(reasons == ["empty", "truncated", "not-an-image", "too-large"])
    }

    private func label(
        _ dataset: SampleDataset, into name: String, ending status: Int32
    ) async throws -> [ManifestRow] {
        let outcome = try await Program.run(
            "label", dataset.path, "--pipeline", "imagenet-fast", "--output", folder.file(name))
        #expect(outcome.status == status, "\(outcome.err)")
        #expect(
            outcome.out.contains(
                status == 0 ? "120 of 120 images labelled" : "120 of 124 images labelled, 4 failed")
        )
        return try ManifestRow.read(folder.file(name) + "/manifest.jsonl")
    }
}
