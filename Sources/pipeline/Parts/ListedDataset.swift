import Datasets
import Foundation
import Labelling
import PipelineCore

/// A dataset that has been listed: what a coordinator needs to know of it.
struct ListedDataset {
    /// Its absolute path, or its address.
    let path: RelativePath
    /// What is to be done to its images, members pinned.
    let definition: PipelineDefinition
    /// The list of its images.
    let manifest: ManifestSummary
    private let file: String

    /// Lists the dataset at `place`, and calls `body` with the list, which is gone afterwards.
    ///
    /// Throws ``DatasetError`` and what `body` throws, ``Failure`` for one without images, and
    /// ``Interruption`` when the process is asked to end meanwhile.
    static func with<Value>(
        _ place: DatasetPlace, under definition: PipelineDefinition, _ interrupts: Interrupts,
        _ body: (ListedDataset) async throws -> Value
    ) async throws -> Value {
        let source = try place.source()
        let scratch = FileManager.default.temporaryDirectory
            .appending(path: "pipeline-\(UUID().uuidString)").path
        try makeFolder(scratch, mode: 0o700)
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let file = scratch + "/manifest.jsonl"
        let manifest = try await onThread("listing") { try list(source, into: file, interrupts) }
        return try await body(
            ListedDataset(
                path: source.dataset, definition: definition, manifest: manifest, file: file))
    }

    /// Whether `run` is this dataset, file by file, under this definition.
    func isTheDataset(of run: Run) throws -> Bool {
        try run.dataset == path && run.manifest == manifest.sha256
            && run.definition.digest == definition.digest
    }

    /// Submits the dataset to the coordinator behind `client`, and gives the run.
    ///
    /// Without `ledger`, everything is computed, whatever is known; with an `audit`, a share of it
    /// twice.
    func submit(
        to client: CoordinatorClient, priority: Int? = nil, ledger: Bool = true,
        audit: AuditShare? = nil
    ) async throws -> Run {
        let run = try await client.submit(
            RunSubmission(
                definition: definition, dataset: path, manifest: manifest.sha256,
                priority: priority, ledger: ledger ? nil : false, audit: audit))
        guard run.state == .open else { return run }
        return try await client.sendManifest(of: run.id, from: file)
    }

    private static func list(
        _ source: any DatasetSource, into file: String, _ interrupts: Interrupts
    ) throws -> ManifestSummary {
        let console = Console.shared
        var told = ContinuousClock.now
        let (manifest, summary) = try source.writeManifest(to: file) { images, bytes in
            try interrupts.check()
            guard told.duration(to: .now) > .milliseconds(100) else { return }
            console.show(progress: "listing: \(counted(images, "image")), \(size(bytes))")
            told = .now
        }
        console.show(progress: "")
        guard summary.images > 0 else { throw noImages(in: source.dataset, summary) }
        let others =
            summary.skipped > 0 ? "; \(counted(summary.skipped, "other file")) passed over" : ""
        let images = counted(summary.images, "image")
        // Of what has an address, nobody knows the size before it is fetched.
        let bytes = summary.bytes > 0 ? ", \(size(summary.bytes))" : ""
        let repeated = summary.repeated > 0 ? "; \(summary.repeated) named again" : ""
        console.note(
            "\(images) in \(shown(source.dataset.text))\(bytes)\(others)\(repeated)")
        return manifest
    }

    private static func noImages(in folder: RelativePath, _ summary: FolderSummary) -> Failure {
        let others =
            summary.skipped > 0 ? ", only \(counted(summary.skipped, "other file"))" : ""
        return Failure(
            .noInput, "'\(folder)' holds no images\(others)",
            hint: "images are known by name (.jpg, .png, .webp and others) or, without an "
                + "extension, by their first bytes; hidden files are passed over")
    }

    private static func size(_ bytes: Int) -> String {
        bytes < 10_000_000 ? "\(bytes / 1000) kB" : "\(bytes / 1_000_000) MB"
    }
}

/// Runs what waits for the disk or computes for long on a thread of its own, where it keeps no task
/// from going on.
func onThread<Value: Sendable>(
    _ name: String, _ work: @escaping @Sendable () throws -> Value
) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        let thread = Thread { continuation.resume(with: Result { try work() }) }
        thread.name = name
        thread.start()
    }
}

/// `1 image`, `2 images`.
func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
}
