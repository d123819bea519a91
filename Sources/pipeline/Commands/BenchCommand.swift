import ArgumentParser
import Benchmarking
import Foundation
import Inference
import Models
import PipelineCore
import Weights

/// `pipeline bench`: how fast networks run on this machine.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure how fast networks run on this machine.",
        discussion: """
            Runs each network on random images, one stream a core, and prints the median of several \
            runs: images a second, how long one image takes, how much arithmetic that is, its share \
            of what the cores could do if nothing had to be fetched from memory, and how much \
            memory each stream takes for itself, beside the weights that all of them share. Weights \
            that are not here are random numbers, which take as long. What was measured of the \
            catalogue's networks is kept, for 'models list' and 'models chart' to show.

              pipeline bench
              pipeline bench --models efficientnet_lite0 --precision f32 int8
              pipeline bench --models all --precision f32 --seconds 0.5 --repeats 1
              pipeline bench --cases cases/resnet50 --precision bf16 --json
              pipeline bench --cases cases/resnet50 --vs onnxruntime,openvino
            """)

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Networks of the catalogue, or 'all' but the very largest.", valueName: "name"))
    var models: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Folders with case.json and model.safetensors instead.", valueName: "folder"),
        completion: .directory)
    var cases: [String] = []

    @Option(parsing: .upToNextOption, help: "The arithmetic: any of f32, bf16, int8.")
    var precision: [Precision] = [.f32, .bf16, .int8]

    @Option(help: "Streams; as many as there are cores unless said otherwise.")
    var streams: Int?

    @Option(help: "Images a stream classifies at a time.")
    var batch = 8

    @Option(help: "Seconds of each run.")
    var seconds = 2.0

    @Option(help: "Runs of each network, of which the median counts.")
    var repeats = 5

    @Option(
        help: ArgumentHelp(
            "Run these engines in turn on the same cases: onnxruntime, openvino.",
            discussion: "Takes a checkout's Benchmarks/ and Python 3; sets up their packages.",
            valueName: "engine,engine"))
    var vs: String?

    @Flag(help: "Print JSON, an object a line.")
    var json = false

    func validate() throws {
        guard batch > 0, seconds > 0, repeats > 0, streams ?? 1 > 0 else {
            throw ValidationError("Streams, batch, seconds and repeats are above zero.")
        }
        if precision.contains(.auto) { throw BenchmarkError.noArithmetic("auto") }
    }

    func run() async throws {
        if let vs { return try Peers(named: vs).compare(cases, precision, repeats, seconds) }
        let subjects = try subjects()
        let kept = WeightCache().measurements
        let streams = streams ?? ProcessInfo.processInfo.activeProcessorCount
        var limits: [Precision: Double] = [:]
        for precision in precision {
            limits[precision] = HardwareLimit.operationsPerSecond(precision.element)
        }
        var table = TextTable([
            "Network", "Precision", "Images/s", "ms", "GOP/s", "Of the limit", "MiB a stream",
        ])
        for subject in subjects {
            let opened = try subject.open()
            for precision in precision {
                let figures = try NetworkBenchmark(
                    opened, element: precision.element, batch: batch
                ).run(
                    streams: streams, seconds: seconds, repeats: repeats,
                    limit: limits[precision] ?? 1)
                if let network = subject.network {
                    try kept.keep(
                        SpeedRecord(
                            network: network, processor: HostProcessor.name,
                            precision: precision.rawValue, streams: streams,
                            imagesPerSecond: figures.imagesPerSecond, date: .now))
                }
                let row = Row(name: subject.name, precision: precision, figures: figures)
                if json {
                    try StandardOutput.print(try JSONText.of(row, oneLine: true))
                } else {
                    Console.shared.note("\(subject.name) \(precision.rawValue): measured")
                    table.append(row.cells)
                }
            }
        }
        if !json { try StandardOutput.print(table.text) }
    }

    private struct Row: Encodable {
        let name: String
        let precision: Precision
        let figures: NetworkBenchmark.Figures

        var cells: [String] {
            [
                name, precision.rawValue,
                figures.imagesPerSecond.formatted(.number.precision(.fractionLength(1))),
                figures.milliseconds.formatted(.number.precision(.fractionLength(2))),
                figures.gigaoperationsPerSecond.formatted(.number.precision(.fractionLength(0))),
                figures.shareOfLimit.formatted(.percent.precision(.fractionLength(0))),
                "\(figures.streamBytes >> 20)",
            ]
        }
    }

    /// What is measured, made ready only when its turn comes: weights take memory.
    private struct Subject {
        let name: String
        /// What its speed is kept as; nil for a case of somebody's own.
        let network: String?
        let open: () throws -> BenchmarkCase
    }

    private func subjects() throws -> [Subject] {
        var subjects = cases.map { folder in
            Subject(name: URL(filePath: folder).lastPathComponent, network: nil) {
                try BenchmarkCase(folder: folder)
            }
        }
        let names =
            models.isEmpty && cases.isEmpty
            ? ["efficientnet_lite0", "efficientnet_lite1", "efficientnet_lite2"] : models
        let cache = WeightCache()
        for entry in try entries(names) {
            subjects.append(
                Subject(name: entry.name, network: entry.networkName) {
                    try Self.open(entry, in: cache)
                })
        }
        return subjects
    }

    /// With more parameters than this, a network takes gigabytes, and is measured only by name.
    private static let mostParameters = 150_000_000

    private func entries(_ names: [String]) throws -> [ModelEntry] {
        let shelf = try AddedModels().shelf()
        return try names.flatMap { name in
            guard name == "all" else { return [try shelf.entry(named: name)] }
            var seen: Set<String> = []
            return Catalogue.entries.filter {
                $0.parameters <= Self.mostParameters && seen.insert($0.networkName).inserted
            }
        }
    }

    private static func open(_ entry: ModelEntry, in cache: WeightCache) throws -> BenchmarkCase {
        guard let path = try cache.path(of: entry) else {
            guard let network = entry.networks.first else {
                throw WeightError.notFetched(model: entry.name, file: entry.weights.file)
            }
            return try BenchmarkCase(name: entry.name, randomWeightsFor: network)
        }
        let model = try WeightCache.open(entry, at: path)
        return BenchmarkCase(
            name: entry.name, network: model.network, checkpoint: model.checkpoint)
    }
}

extension Precision {
    /// The kind of number that its layers compute in.
    fileprivate var element: Element {
        switch self {
        case .f32, .auto: .f32
        case .bf16: .bf16
        case .int8: .u8
        }
    }
}
