/// What a node computes.
///
/// Parameters are named, not held: a network has no numbers of its own.
package enum Operation: Sendable, Hashable {
    /// The image batch, `[n, c, h, w]`, normalised.
    case input
    /// A cross-correlation over one input.
    case convolution(Convolution)
    /// An affine map of each channel by recorded statistics, over one input.
    case batchNorm(BatchNorm)
    /// A function of each number, over one input.
    case activation(Activation)
    /// The sum of two inputs of equal shape.
    case add
    /// The mean over height and width of one input.
    case globalAveragePool
    /// A matrix product over one input, flattened.
    case linear(Linear)
}

/// A cross-correlation, possibly in groups; depthwise where `groups` equals the input's channels.
package struct Convolution: Sendable, Hashable {
    /// Output channels.
    package var channels: Int
    /// Rows and columns of the kernel.
    package var kernel: Int
    /// Step between output positions, in both directions.
    package var stride: Int
    /// Zeros around the input.
    package var padding: Padding
    /// Groups of channels that do not see each other; divides input and output channels.
    package var groups: Int
    /// Name of the weights, `[channels, input channels / groups, kernel, kernel]`.
    package var weight: String
    /// Name of the bias, `[channels]`; nil where there is none.
    package var bias: String?
}

/// Zeros added at each edge of a feature map, in pixels.
package struct Padding: Sendable, Hashable {
    /// Above the first row.
    package var top: Int
    /// Before the first column.
    package var left: Int
    /// Below the last row.
    package var bottom: Int
    /// After the last column.
    package var right: Int

    /// The same at all four edges.
    package static func even(_ all: Int) -> Self {
        Self(top: all, left: all, bottom: all, right: all)
    }
}

/// How a layer chooses its padding.
package enum PaddingRule: Sendable, Hashable {
    /// `kernel / 2` at every edge, as PyTorch's models are written.
    case half
    /// Output size = input size / stride rounded up, the odd zero after the last row and column:
    /// TensorFlow's `SAME`, for weights trained there.
    case same
}

/// `(x - mean) / √(variance + epsilon) · weight + bias`, a channel at a time.
package struct BatchNorm: Sendable, Hashable {
    /// The scope that holds `weight`, `bias`, `running_mean` and `running_var`, each `[channels]`.
    package var scope: Scope
    /// Keeps the root away from zero.
    package var epsilon: Double
}

/// A function of each number.
package enum Activation: String, Sendable, Hashable {
    /// `max(x, 0)`.
    case relu
    /// `min(max(x, 0), 6)`.
    case relu6
}

/// `W x + b`.
package struct Linear: Sendable, Hashable {
    /// Length of the output.
    package var channels: Int
    /// Name of `W`, `[channels, input count]`.
    package var weight: String
    /// Name of `b`, `[channels]`; nil where there is none.
    package var bias: String?
}
