import ArgumentParser
import Definitions
import Foundation
import Models
import PipelineCore
import Weights

/// What is done to every image of a run.
struct DefinitionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Which networks look at an image, and how their votes are combined.",
            discussion:
                "'imagenet-lite', 'imagenet-fast', 'imagenet-mobile', 'imagenet-mixed', the name of "
                + "a file in ./Pipelines, or the path of a YAML file.", valueName: "name|file"),
        completion: .file(extensions: ["yaml"]))
    var pipeline = "imagenet-lite"

    @Option(
        help: ArgumentHelp(
            "The arithmetic of every network's layers.",
            discussion: "Default: what the definition says."))
    var precision: Precision?

    @Option(
        help: ArgumentHelp(
            "How closely decoding follows the reference decoder.",
            discussion: "Default: what the definition says."))
    var decode: DecodeMode?

    /// The definition, with its members pinned to their weights.
    ///
    /// Weights of which only the beginning of the SHA-256 is published are fetched to learn the rest.
    func pinned() async throws -> PipelineDefinition {
        let shelf = try AddedModels().shelf()
        var definition = try named(on: shelf)
        if let decode { definition.decode = decode }
        if let precision {
            for index in definition.members.indices {
                definition.members[index].precision = precision
            }
        }
        let cache = WeightCache()
        for model in Set(definition.members.map(\.model)).sorted() {
            let entry = try shelf.entry(named: model)
            if cache.digest(of: entry) == nil { _ = try await cache.pull(entry) }
        }
        return try shelf.pinned(definition, digest: cache.digest) { entry, weights in
            do {
                return try cache.artefact(quantising: weights)
            } catch {
                Console.shared.note("an artefact of \(entry.name) cannot be read: \(error)")
                return nil
            }
        }
    }

    private func named(on shelf: ModelShelf) throws -> PipelineDefinition {
        let library = DefinitionLibrary(
            folders: DefinitionLibrary.standardFolders(
                environment: processEnvironment, executable: Bundle.main.executablePath ?? ""),
            parser: DefinitionParser(models: shelf.entries.map(\.name)))
        return try library.definition(pipeline)
    }
}
