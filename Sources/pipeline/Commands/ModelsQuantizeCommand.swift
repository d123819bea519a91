import ArgumentParser
import Datasets
import Foundation
import Models
import PipelineCore
import Quantisation
import Weights

/// `pipeline models quantize`: records what 8-bit integers take, and judges them.
struct ModelsQuantizeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quantize",
        abstract: "Record what it takes to compute a network in 8-bit integers.",
        discussion: """
            Looks at the photos of a folder, chooses the range of every value in the network on \
            one half of them, and judges integers against f32 on the other half. They pass when at \
            least 98 % of the labels agree and probabilities move by less than 0.02 on average; \
            layers that hurt go back to bf16 until they do. Runs submitted from this machine then \
            use them wherever a definition says 'precision: auto' or 'int8'.

              pipeline models quantize efficientnet_lite0 --calibration ~/photos
            """)

    @Argument(help: ArgumentHelp("The network, as 'models list' names it.", valueName: "name"))
    var name: String

    @Option(
        help: ArgumentHelp(
            "Photos like those that will be labelled; a hundred are plenty.", valueName: "folder"),
        completion: .directory)
    var calibration: String

    @Option(help: "How many photos to look at, spread over the folder.")
    var photos = 200

    @Option(
        help: ArgumentHelp("Write the artefact here as well.", valueName: "file"),
        completion: .file())
    var output: String?

    func run() async throws {
        let entry = try AddedModels().shelf().entry(named: name)
        let cache = WeightCache()
        let path = try await cache.pull(entry)
        let images = try calibrationPhotos(entry.preprocessing)
        let model = try WeightCache.open(entry, at: path)
        guard let weights = cache.digest(of: entry) else {
            throw CatalogueError.notPinned(entry.name, file: entry.weights.file)
        }
        let quantiser = Quantiser(
            model.network, model.checkpoint, source: weights, photos: images
        ) { Console.shared.note($0) }
        let artefact = try quantiser.artefact()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(artefact)
        if let output { try data.write(to: URL(filePath: output), options: .atomic) }
        let kept = try cache.keep(data, quantising: weights)
        try StandardOutput.print("\(entry.name)  \(artefact.figures.verdict)  \(kept)")
        guard artefact.figures.passesGuard else { throw ExitCode(ExitStatus.guardFailed.rawValue) }
    }

    /// Evenly spread photos of the folder; what cannot be decoded is passed over with a word.
    private func calibrationPhotos(_ preprocessing: Preprocessing) throws -> CalibrationPhotos {
        let folder = try ImageFolder(path: RelativePath(bytes: Array(calibration.utf8)))
        var entries: [ImageEntry] = []
        _ = try folder.entries { if $0.problem == nil { entries.append($0) } }
        let reader = DatasetReader()
        var images = CalibrationPhotos()
        let step = max(1, entries.count / max(photos, 2))
        for index in stride(from: 0, to: entries.count, by: step).prefix(max(photos, 2)) {
            do {
                try images.add(
                    try reader.readSynchronously(entries[index], in: folder.path), preprocessing)
            } catch {
                Console.shared.note("\(entries[index].file): \(error); passed over")
            }
        }
        guard images.tensors.count >= 2 else {
            throw ValidationError(
                "'\(calibration)' holds fewer than two photos; name a folder with more.")
        }
        return images
    }
}
