import Foundation
package import Models
import PipelineCore

/// The weights on this machine, named by their content and fetched once.
///
/// Beneath ``directory``, `weights/<sha256>` is a file of weights and `downloads/<sha256>/` what is
/// on its way to become one. Any number of processes may use a cache at a time.
package struct WeightCache: Sendable {
    /// Where the cache lies; an absolute path.
    package let directory: String
    let pip: Pip

    /// Opens the cache at `directory`, or where the environment says.
    ///
    /// That is `PIPELINE_CACHE`, else `pipeline` in `XDG_CACHE_HOME`, else `~/.cache/pipeline`.
    /// `PIPELINE_PYTHON` names the Python whose pip fetches. Nothing is made or read yet.
    package init(
        directory: String? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        self.directory =
            URL(filePath: directory ?? Self.standard(environment), directoryHint: .isDirectory)
            .standardizedFileURL.path
        pip = Pip(environment: environment)
    }

    private static func standard(_ environment: [String: String]) -> String {
        if let named = environment["PIPELINE_CACHE"], !named.isEmpty { return named }
        // The XDG specification has relative paths ignored.
        if let caches = environment["XDG_CACHE_HOME"], caches.hasPrefix("/") {
            return caches + "/pipeline"
        }
        return (environment["HOME"] ?? NSHomeDirectory()) + "/.cache/pipeline"
    }

    /// Where the weights of `entry` lie; nil when they are not here yet.
    ///
    /// Their SHA-256 is computed the first time that a process asks, and again when the file has
    /// been touched. Throws ``WeightError/damaged(model:path:expected:found:)`` when it is wrong.
    package func path(of entry: ModelEntry) throws(WeightError) -> String? {
        let path = place(of: entry.weights)
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let found = try FileDigests.shared.digest(of: path)
        guard found == entry.weights.sha256 else {
            throw .damaged(
                model: entry.name, path: path, expected: entry.weights.sha256, found: found)
        }
        return path
    }

    func place(of weights: WeightSource) -> String { "\(directory)/weights/\(weights.sha256)" }

    func downloads(of weights: WeightSource) -> String {
        "\(directory)/downloads/\(weights.sha256)"
    }

    /// Puts weights in their place, whole or not at all.
    ///
    /// `produce` writes them to a file aside; they must have the digest that `weights` says, or
    /// ``WeightMismatch`` is thrown and nothing is left.
    func install(
        _ weights: WeightSource, from produce: (inout StagedFile) throws -> Void
    ) throws -> String {
        try Folders.make(downloads(of: weights))
        try Folders.make("\(directory)/weights")
        let place = place(of: weights)
        var staged = try StagedFile(
            path: "\(downloads(of: weights))/\(UUID().uuidString).part", limit: weights.size)
        try produce(&staged)
        try staged.finish(expecting: weights.sha256, at: place)
        try? FileManager.default.removeItem(atPath: downloads(of: weights))
        return place
    }
}
