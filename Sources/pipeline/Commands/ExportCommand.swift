import ArgumentParser
import Foundation
import Glibc
import Labelling
import PipelineCore

/// `pipeline export`: the labelled manifest of a run.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the labelled manifest of a finished run.",
        discussion: """
            One row an image, in byte order of the files' names; docs/manifest.md tells of every \
            field.

              pipeline export r4mzk7xqe2ahw --format csv --output labels.csv
              pipeline export r4mzk7xqe2ahw --output s3://labels/2026/photos.jsonl
              pipeline export r4mzk7xqe2ahw | jq -r 'select(.status == "failed") | .file'

            A file appears under its name when it is whole. Of a run that is not finished nothing \
            is written, and the exit code is 75.
            """)

    @Argument(help: ArgumentHelp(stringLiteral: RunID.help)) var run: RunID

    @Option(help: "How the manifest is written.")
    var format = ManifestFormat.jsonl

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The file to write, or s3://bucket/key.", discussion: "Default: standard output.",
            valueName: "file"))
    var output: String?

    @OptionGroup var store: StoreOptions

    @OptionGroup var storeKeys: StoreKeyOptions

    @OptionGroup var coordinator: CoordinatorOptions

    func run() async throws {
        try await interruptible(Interrupts()) {
            let client = try coordinator.client()
            try await client.requireDone(run)
            guard let output else {
                return try await client.export(run, as: format) { bytes in
                    try StandardOutput.write(bytes)
                }
            }
            if let target = try BucketTarget(output: output, store, storeKeys) {
                return try await upload(to: target, from: client)
            }
            let file = try OutputFile(path: output)
            try await client.export(run, as: format) { bytes in try file.write(bytes) }
            try file.finish()
        }
    }

    /// By way of a file: a store wants to know an object's length and digest before its first byte.
    private func upload(to target: BucketTarget, from client: CoordinatorClient) async throws {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "pipeline-\(UUID().uuidString).manifest").path
        defer { unlink(path) }
        let file = try OutputFile(path: path, mode: 0o600)
        try await client.export(run, as: format) { bytes in try file.write(bytes) }
        try file.finish()
        try await target.put(file: path)
    }
}
