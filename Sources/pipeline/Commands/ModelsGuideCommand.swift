import ArgumentParser
import Benchmarking
import Charts
import Models
import PipelineCore
import Weights

/// `pipeline models guide`: writes docs/models.md and its picture; for those who work on the program.
struct ModelsGuideCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "guide",
        abstract: "Write the page that helps to choose a network.",
        discussion: """
            Writes models.md and models.svg from the catalogue, with the speeds that a file of \
            measurements holds; 'pipeline bench' keeps such a file in the cache.

              pipeline models guide --measured Benchmarks/models.json docs
            """,
        shouldDisplay: false)

    @Option(
        help: ArgumentHelp("A file of measurements.", valueName: "file"), completion: .file())
    var measured: String

    @Argument(help: ArgumentHelp("Where to write.", valueName: "folder"), completion: .directory)
    var folder: String

    func run() throws {
        let pages = try Self.pages(measured: MeasurementFile(path: measured))
        for (name, text) in pages {
            let file = try OutputFile(path: "\(folder)/\(name)")
            try file.write(Array(text.utf8))
            try file.finish()
        }
    }

    /// The page and its picture, by their files' names.
    static func pages(measured: MeasurementFile) throws -> [String: String] {
        let speeds = try MeasuredSpeeds(file: measured)
        let models = Catalogue.entries.map { ModelFacts(published: $0, speeds) }
        let chart = ModelChart(models, precision: .f32, against: .speed, place: speeds.processor)
        return [
            "models.md": ModelGuide(models: models, processor: speeds.processor).text,
            "models.svg": chart.chart.svg,
        ]
    }
}
