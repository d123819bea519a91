import ArgumentParser
import Benchmarking
import Foundation
import Inference
import Labelling
import Models
import PipelineCore
import Weights

/// `pipeline models explain`: the plan of a network on this machine.
struct ModelsExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show how a network is computed on this machine.",
        discussion: """
            Prints a line for each layer, after batch normalisation, activations and residuals \
            have been merged into the layers before them: what it computes, in what kind of \
            number, its result's extent and size, and how much arithmetic that is. With --profile \
            each layer is timed on one core, and set against what the core could do if nothing had \
            to be fetched from memory.

              pipeline models explain efficientnet_lite0 --precision int8 --profile
            """)

    @Argument(help: ArgumentHelp("The network, as 'models list' names it.", valueName: "name"))
    var name: String?

    @Option(
        name: .customLong("case"),
        help: ArgumentHelp(
            "A folder with case.json and model.safetensors instead.", valueName: "folder"),
        completion: .directory)
    var folder: String?

    @Option(help: "The arithmetic of the layers.")
    var precision = Precision.auto

    @Flag(help: "Time each layer.")
    var profile = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (name == nil) != (folder == nil) else {
            throw ValidationError("Name a network, or a folder with --case.")
        }
    }

    func run() async throws {
        let (subject, arithmetic) = try await subject()
        let compiled = try CompiledNetwork(
            subject.network, subject.checkpoint, batch: 1, arithmetic: arithmetic,
            inBlocks: !profile)
        let report = profile ? try compiled.profile(rounds: 20) : compiled.report
        if json { return try StandardOutput.print(JSONText.of(report.lines)) }
        let limits = profile ? Limits() : nil
        var table = TextTable(
            ["Node", "Layer", "In", "Result", "KiB", "MOP"]
                + (profile ? ["µs", "Of the limit"] : []))
        for line in report.lines { table.append(cells(line, limits)) }
        try StandardOutput.print(table.text)
        if profile {
            let total = report.lines.reduce(0.0) { $0 + ($1.seconds ?? 0) }
            try StandardOutput.print("\(format(total * 1e3, 3)) ms an image, on one core")
        }
    }

    /// What the cores can do at most, by the kind of number.
    private struct Limits {
        let rates = Dictionary(
            uniqueKeysWithValues: [Element.f32, .bf16, .u8].map {
                ($0.rawValue, HardwareLimit.operationsPerSecond($0))
            })
    }

    private func cells(_ line: PlanReport.Line, _ limits: Limits?) -> [String] {
        var cells = [
            "\(line.node)", line.operation, line.element,
            line.shape.map(String.init).joined(separator: "×"), "\(line.bytes >> 10)",
            format(Double(line.operations) / 1e6, 1),
        ]
        if let limits {
            let seconds = line.seconds ?? 0
            let limit = limits.rates[line.element] ?? 1
            cells.append(format(seconds * 1e6, 1))
            cells.append(
                line.operations == 0 || seconds == 0
                    ? "" : format(100 * Double(line.operations) / seconds / limit, 0) + " %")
        }
        return cells
    }

    private func format(_ number: Double, _ digits: Int) -> String {
        number.formatted(.number.precision(.fractionLength(digits)).grouping(.never))
    }

    private func subject() async throws -> (BenchmarkCase, Arithmetic) {
        if let folder {
            let subject = try BenchmarkCase(folder: folder)
            let element: Element = precision == .bf16 ? .bf16 : precision == .int8 ? .u8 : .f32
            return (subject, try NetworkBenchmark.arithmetic(subject, element: element))
        }
        let shelf = try AddedModels().shelf()
        let entry = try shelf.entry(named: name ?? "")
        let cache = WeightCache()
        let path = try await cache.pull(entry)
        let model = try WeightCache.open(entry, at: path)
        let member = try shelf.pinned(
            PipelineDefinition(
                name: entry.name,
                members: [Member(name: entry.name, model: entry.name, precision: precision)]),
            digest: cache.digest,
            quantisation: { _, weights in
                try? cache.artefact(quantising: weights)
            }
        ).members[0]
        let subject = BenchmarkCase(
            name: entry.name, network: model.network, checkpoint: model.checkpoint)
        return (subject, Arithmetic(member))
    }
}
