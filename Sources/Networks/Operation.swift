/// What a node computes.
///
/// Parameters are named, not held: a network has no numbers of its own. A node's inputs say from
/// what it computes, its shape how far the result reaches; neither is repeated here.
package enum Operation: Sendable, Hashable {
    /// The image batch, `[n, c, h, w]`, normalised.
    case input

    // Products with weights.

    /// A cross-correlation over one input.
    case convolution(Convolution)
    /// A matrix product over one input, flattened in the order `[c, h, w]`.
    case linear(Linear)
    /// A matrix product with the channels of each position alone: a 1×1 convolution whose weights
    /// are kept as a matrix.
    case pointwiseLinear(Linear)

    // One number in, one number out.

    /// An affine map of each channel by recorded statistics, over one input.
    case batchNorm(BatchNorm)
    /// `x · weight + bias`, a channel at a time, over one input.
    case scaleShift(ScaleShift)
    /// A function of each number, over one input.
    case activation(Activation)

    // Over the channels of one position.

    /// `(x - mean) / √(variance + epsilon) · weight + bias` by the channels of each position.
    case layerNorm(LayerNorm)
    /// `x / (bias + alpha / size · Σ x²) ^ beta` over neighbouring channels, as networks of 2012 to
    /// 2014 that come as ONNX have it.
    case localResponseNorm(LocalResponseNorm)
    /// `exp x / Σ exp x` over the channels of each position.
    case softmax

    // Two inputs; an axis of extent 1 is stretched to the other's extent.

    /// The sum of two inputs.
    case add
    /// The product of two inputs, number by number.
    case multiply

    // Over windows.

    /// The largest number of each window; padding never wins.
    case maxPool(Pool)
    /// The mean of each window. Padding counts as zeros if `countsPadding`, else not at all; what
    /// of a window reaches beyond the padding never counts.
    case averagePool(Pool, countsPadding: Bool)
    /// The mean over height and width of one input.
    case globalAveragePool
    /// The mean of windows that share out one input: output row `i` of `n` is the mean of input
    /// rows `⌊i·h/n⌋..<⌈(i+1)·h/n⌉`, and columns likewise.
    case adaptiveAveragePool

    // Moving numbers about.

    /// One or more inputs of equal height and width, their channels one after the other.
    case concatenate
    /// The part of one input that begins at an offset; the node's shape says how far it reaches.
    case slice(Offset)
    /// One input with a border of equal numbers.
    case pad(Padding, value: Float)
    /// Channels dealt out anew: `[groups, c / groups]` is transposed to `[c / groups, groups]`.
    case shuffle(groups: Int)

    // Sequences: a map `[d, 1, n]` is a sequence of `n` tokens of `d` numbers.

    /// The positions of one input in reading order, as a sequence.
    case tokens(Tokens)
    /// Attention of a sequence to itself; queries, keys and values are one input, `[3d, 1, n]`.
    case attention(Attention)
}

extension Operation {
    /// The operation by one word, for messages, such as `convolution`.
    package var name: String {
        switch self {
        case .input: "input"
        case .convolution: "convolution"
        case .linear: "linear"
        case .pointwiseLinear: "pointwiseLinear"
        case .batchNorm: "batchNorm"
        case .scaleShift: "scaleShift"
        case .activation(let activation): activation.description
        case .layerNorm: "layerNorm"
        case .localResponseNorm: "localResponseNorm"
        case .softmax: "softmax"
        case .add: "add"
        case .multiply: "multiply"
        case .maxPool: "maxPool"
        case .averagePool: "averagePool"
        case .globalAveragePool: "globalAveragePool"
        case .adaptiveAveragePool: "adaptiveAveragePool"
        case .concatenate: "concatenate"
        case .slice: "slice"
        case .pad: "pad"
        case .shuffle: "shuffle"
        case .tokens: "tokens"
        case .attention: "attention"
        }
    }
}
