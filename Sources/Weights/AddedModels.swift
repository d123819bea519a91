import Foundation
package import Models
import PipelineCore

/// The networks that a user added on this machine: a file that lists them.
///
/// Weights lie in the cache under their SHA-256; this file says what they are. It is read anew each
/// time, so that a worker knows what was added while it ran.
package struct AddedModels: Sendable {
    /// The file; an absolute path.
    package let file: String

    /// The list at `file`, or where the environment says.
    ///
    /// That is `pipeline/models.json` in `XDG_DATA_HOME`, else in `~/.local/share`.
    package init(
        file: String? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        self.file = file ?? Self.standard(environment) + "/pipeline/models.json"
    }

    private static func standard(_ environment: [String: String]) -> String {
        // The XDG specification has relative paths ignored.
        if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return data }
        return (environment["HOME"] ?? NSHomeDirectory()) + "/.local/share"
    }

    /// What was added, in its order; throws ``WeightError/unreadable(path:_:)``.
    package func all() throws(WeightError) -> [AddedModel] {
        guard FileManager.default.fileExists(atPath: file) else { return [] }
        do {
            let data = try Data(contentsOf: URL(filePath: file))
            return try JSONDecoder().decode([AddedModel].self, from: data)
        } catch let error as DecodingError {
            throw .unreadable(
                path: file, "it is no list of models (\(error)); move it away and add them again")
        } catch {
            throw .foundation(error, reading: file)
        }
    }

    /// The catalogue, and what was added.
    package func shelf() throws(WeightError) -> ModelShelf {
        ModelShelf(adding: try all().map(ModelEntry.init))
    }

    /// Adds `model`, in the place of one of the same name.
    ///
    /// The list is replaced whole or not at all. Throws ``WeightError``.
    package func add(_ model: AddedModel) async throws {
        try await change { models in
            models.removeAll { $0.name == model.name }
            models.append(model)
        }
    }

    /// Takes the model of that name off the list; false where it is not on it.
    ///
    /// Its weights stay in the cache. Throws ``WeightError``.
    package func remove(_ name: String) async throws -> Bool {
        var isThere = false
        try await change { models in
            isThere = models.contains { $0.name == name }
            models.removeAll { $0.name == name }
        }
        return isThere
    }

    private func change(_ body: (inout [AddedModel]) -> Void) async throws {
        try Folders.make(URL(filePath: file).deletingLastPathComponent().path)
        try await FileLock.hold(file + ".lock", whenTaken: {}) {
            var models = try all()
            body(&models)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            do {
                try encoder.encode(models).write(to: URL(filePath: file), options: .atomic)
            } catch {
                throw WeightError.foundation(error, writing: file)
            }
        }
    }
}
