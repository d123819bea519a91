package import Checkpoints

/// Why a network could not be planned or run.
package enum InferenceError: Error, Sendable {
    /// A parameter is missing, misshapen or unreadable.
    case checkpoint(CheckpointError)
    /// A parameter holds a number that is not finite.
    case notFinite(parameter: String)
    /// The engine has no code for an operation; its name, such as `maxPool`.
    case unsupported(operation: String)
    /// Whole-number arithmetic needs the range of a node's value, and there is none.
    case noRange(node: Int)
    /// There is no memory for the activations.
    case noMemory(bytes: Int)
}

extension InferenceError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .checkpoint(let error):
            error.description
        case .notFinite(let parameter):
            "parameter '\(parameter)' holds a number that is not finite, so the network cannot "
                + "classify anything; fetch the weights again"
        case .unsupported(let operation):
            "the network needs '\(operation)', which the inference engine cannot compute; choose a "
                + "model without it"
        case .noRange(let node):
            "int8 needs the range of every value, and that of node \(node) was never recorded; "
                + "quantise the model first, or choose another precision"
        case .noMemory(let bytes):
            "there are no \(bytes >> 20) MiB of memory for a network's activations; "
                + "use fewer streams or a smaller batch"
        }
    }
}
