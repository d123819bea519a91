/// Why a worker cannot label.
package enum LabellingError: Error, Sendable, Equatable {
    /// A member's network or weights could not be brought into memory.
    case model(String, detail: String)
    /// A stream could not set up its decoder, or a network failed under it.
    case stream(detail: String)
}

extension LabellingError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .model(let model, let detail): "cannot load '\(model)': \(detail)"
        case .stream(let detail): "a stream cannot go on: \(detail)"
        }
    }
}
