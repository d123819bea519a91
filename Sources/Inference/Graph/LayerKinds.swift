import Networks

/// A convolution and what is done to its result before it is stored.
struct ConvolutionLayer {
    var geometry: Convolution
    /// `[channels, input channels / groups, kernel height, kernel width]`.
    var weights: [Float]
    /// `[channels]`.
    var bias: [Float]
    /// Whether the layer's second input is added to the result.
    var addsResidual = false
    /// Applied last, after the residual.
    var clamp = Clamp.none
}

/// `x · scale + shift`, a channel at a time, clamped.
struct ChannelAffine {
    var scale: [Float]
    var shift: [Float]
    var clamp = Clamp.none
}

/// `W x + b` over a flattened input.
struct LinearLayer {
    /// `[channels, input count]`.
    var weights: [Float]
    /// `[channels]`.
    var bias: [Float]
}

/// A layer that is computed by a plain loop over planar f32.
enum PlainLayer {
    case activation(Activation)
    /// Sum or product; an axis of extent 1 is stretched to the other's extent.
    case stretchedAdd
    case stretchedMultiply
    case adaptiveAveragePool
    case shuffle(groups: Int)
    case localResponseNorm(LocalResponseNorm)
    case softmax
}

/// A layer of a sequence, a map `[d, 1, n]` of f32.
enum SequenceLayer {
    case norm(scale: [Float], shift: [Float], epsilon: Double)
    /// `classToken` may be empty; `positions` are `[n, d]`, or empty.
    case tokens(classToken: [Float], positions: [Float])
    case attention(heads: Int)
}

/// The part of a map that begins at an offset, which may lie before the map's own beginning.
struct MapWindow: Hashable {
    var offset: Offset
    /// What stands where the map has no pixels.
    var value: Float
}

/// A range that results are cut off at.
struct Clamp: Hashable {
    var low: Float
    var high: Float

    /// Everything passes.
    static let none = Clamp(low: -.infinity, high: .infinity)
}

extension Activation {
    /// The range that this activation cuts off at, where it does nothing else.
    var clamp: Clamp? {
        switch self {
        case .relu: Clamp(low: 0, high: .infinity)
        case .relu6: Clamp(low: 0, high: 6)
        case .clamp(let low, let high): Clamp(low: low, high: high)
        case .silu, .sigmoid, .hardSwish, .hardSigmoid, .gelu, .tanh, .leakyRelu: nil
        }
    }
}

extension ConvolutionLayer {
    /// Whether each channel is filtered by itself.
    func isDepthwise(inputs: Int) -> Bool {
        geometry.groups == inputs && geometry.channels == inputs && inputs > 1
    }
}
