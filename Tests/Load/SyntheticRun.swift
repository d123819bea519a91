import Foundation
import Labelling
import PipelineCore
import Rehearsal
import TestSupport

/// Runs over pictures that are nowhere: simulated workers never look at them.
enum SyntheticRun {
    /// Submits a run of `shards` shards of `images` images each; its name makes it another one.
    static func submit(
        _ name: String, shards: Int, images: Int = 1, by submitter: CoordinatorClient
    ) async throws -> Run {
        let folder = TemporaryFolder()
        let manifest = Data(lines(name, shards * images))
        try manifest.write(to: URL(filePath: folder.file("manifest.jsonl")))
        let run = try await submitter.submit(
            RunSubmission(
                definition: StubNetwork.definition(shardSize: images),
                dataset: RelativePath(text: "/nowhere/\(name)"),
                manifest: SHA256Digest(of: [UInt8](manifest))))
        guard run.state == .open else { return run }
        return try await submitter.sendManifest(of: run.id, from: folder.file("manifest.jsonl"))
    }

    /// The manifest of `count` pictures.
    static func lines(_ name: String, _ count: Int) -> [UInt8] {
        (0..<count).flatMap { row in
            let file = String(format: "p%08d.png", row)
            return ManifestLine.encode(
                ImageEntry(
                    file: RelativePath(text: file), size: 1000,
                    sha256: SHA256Digest(of: Array("\(name)/\(file)".utf8))))
        }
    }
}
