package import PipelineCore

/// Why a worker cannot label.
package enum LabellingError: Error, Sendable, Equatable {
    /// A member's network or weights could not be brought into memory.
    case model(String, detail: String)
    /// The weights are not those that the run is pinned to.
    case otherWeights(model: String, expected: SHA256Digest, found: SHA256Digest)
    /// A stream could not set up its decoder or its networks, or a network failed.
    case stream(detail: String)
}

extension LabellingError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .model(let model, let detail):
            "cannot load '\(model)': \(detail)"
        case .otherWeights(let model, let expected, let found):
            "the weights of '\(model)' here have SHA-256 \(found), the run is pinned to "
                + "\(expected); use the version of the program that submitted the run"
        case .stream(let detail):
            "a stream cannot go on: \(detail)"
        }
    }
}
