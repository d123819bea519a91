import Datasets
import Foundation
import Labelling
import PipelineCore
import Rehearsal
import TestSupport

/// What a manifest says of one file.
struct Verdict: Decodable, Sendable {
    struct Failure: Decodable {
        let reason: String
        let detail: String
    }
    let file: String
    let status: String
    let index: Int?
    let failure: Failure?

    /// Whether it has a label, or else a reason.
    var isWhole: Bool {
        switch status {
        case "labelled": index != nil && failure == nil
        case "failed": failure.map { !$0.reason.isEmpty && !$0.detail.isEmpty } ?? false
        default: false
        }
    }

    /// The rows of a manifest as JSON Lines.
    static func read(_ bytes: [UInt8]) throws -> [Verdict] {
        try bytes.split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(Verdict.self, from: Data($0))
        }
    }
}

extension RunningCoordinator {
    /// Submits a folder of whatever files as a run of the stub network.
    func submit(folder path: String, shardSize: Int) async throws -> Run {
        let folder = TemporaryFolder()
        let manifest = folder.file("manifest.jsonl")
        let listed = try ImageFolder(path: RelativePath(text: path)).writeManifest(to: manifest)
        let submitter = try client(.submitter)
        let run = try await submitter.submit(
            RunSubmission(
                definition: StubNetwork.definition(shardSize: shardSize),
                dataset: RelativePath(text: path), manifest: listed.manifest.sha256))
        guard run.state == .open else { return run }
        return try await submitter.sendManifest(of: run.id, from: manifest)
    }
}
