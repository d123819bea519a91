import ArgumentParser
import Foundation
import PipelineCore
import Reporting
import Weights

/// `pipeline label`: a coordinator and a worker in one process.
struct LabelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "label",
        abstract: "Label images, here and now.",
        discussion: """
            Every image gets a label, a confidence and what each network said of it; an image that \
            cannot be read gets the reason.

              pipeline label ~/photos
              pipeline label ~/photos --pipeline imagenet-fast --output /tmp/labels
              pipeline label urls.txt --allow-net 10.1.0.0/16
              pipeline label s3://photos/2026/ --s3-endpoint https://minio.lan:9000
              pipeline label ~/photos --quiet --json | jq .timing.imagesPerSecond

            The output folder then holds manifest.jsonl, manifest.csv, report.md, run.json and \
            results/. The exit code is 3 when some images have no label. Ctrl-C finishes what has \
            begun, a second one leaves at once; the same command goes on from there. After files \
            were added or changed, it computes those alone.
            """)

    @Argument(
        help: ArgumentHelp(
            "A folder of images, a list or an archive of them, or s3://bucket/prefix.",
            discussion: "An archive ends in .tar. A list ends in .txt, .csv or .jsonl, and "
                + "names files beneath its own "
                + "folder, or addresses: http://… or https://….",
            valueName: "dataset"),
        completion: .file())
    var dataset: String

    @OptionGroup var definition: DefinitionOptions

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Where the labels go.", discussion: "Default: ./<dataset's name>-labels.",
            valueName: "dir"),
        completion: .directory)
    var output: String?

    @OptionGroup var streams: StreamOptions

    @OptionGroup var network: NetworkOptions

    @OptionGroup var store: StoreOptions

    @OptionGroup var storeKeys: StoreKeyOptions

    @OptionGroup var reuse: ReuseOptions

    @Flag(help: "Print the facts of run.json instead of a table.")
    var json = false

    @Flag(help: "Say nothing but errors.")
    var quiet = false

    func run() async throws {
        if quiet { Console.shared.beQuiet() }
        let interrupts = Interrupts()
        let choice = definition
        let definition = try await interruptible(interrupts) { try await choice.pinned() }
        let path = output ?? Self.standardOutput(for: dataset)
        let (run, facts, folder) = try await ListedDataset.with(
            DatasetPlace(
                name: dataset, store: store, keys: storeKeys, network: network), under: definition,
            interrupts
        ) { listed in
            var folder = try LabelFolder(path: path)
            try await folder.prepare(for: listed)
            let labelling = LocalLabelling(
                weights: WeightCache(),
                options: streams.workerOptions(once: true, stateFolder: folder.statePath),
                ledger: !reuse.noLedger,
                images: network.images(keys: try storeKeys.keys(), isChosenHere: true),
                interrupts: interrupts)
            try await interruptible(interrupts) { try await labelling.weights.pull(definition) }
            let (run, facts) = try await labelling.label(listed, in: folder.jobs)
            return (run, facts, folder)
        }
        try await folder.write(run, facts)
        try await tell(of: run, in: folder, facts)
        try folder.jobs.close()
        try run.requireEveryLabel()
    }

    private static func standardOutput(for dataset: String) -> String {
        URL(filePath: dataset).standardizedFileURL.lastPathComponent + "-labels"
    }

    private func tell(
        of run: Run, in folder: LabelFolder, _ facts: LabellingFacts?
    ) async throws {
        guard !json else {
            let summary = RunSummary(
                run, program: programVersion, timing: facts?.timing, reuse: facts?.reuse)
            return try StandardOutput.write(Array(try summary.json()))
        }
        guard !quiet else { return }
        let width = terminalWidth(STDOUT_FILENO) ?? 100
        try StandardOutput.print(try await folder.jobs.reporter.table(run, rows: 20, width: width))
        var sentence = "\(run.counts.labelled) of \(counted(run.counts.images, "image")) labelled"
        if run.counts.failed > 0 { sentence += ", \(run.counts.failed) failed" }
        if let reused = facts?.reuse.reused, reused > 0 { sentence += ", \(reused) known before" }
        if let rate = facts?.timing.imagesPerSecondWithoutLoading, rate > 0 {
            sentence += ", \(rounded(rate)) images/s once the networks were loaded"
        }
        try StandardOutput.print(
            """

            \(sentence)
            manifest  \(folder.path)/manifest.jsonl (and .csv)
            report    \(folder.path)/report.md
            facts     \(folder.path)/run.json
            """)
    }
}
