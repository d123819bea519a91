/// A function of each number.
package enum Activation: Sendable, Hashable {
    /// `max(x, 0)`.
    case relu
    /// `min(max(x, 0), 6)`.
    case relu6
    /// `x · sigmoid(x)`, also called swish.
    case silu
    /// `1 / (1 + exp(-x))`.
    case sigmoid
    /// `x · hardSigmoid(x)`.
    case hardSwish
    /// `min(max(x + 3, 0), 6) / 6`.
    case hardSigmoid
    /// `x · Φ(x)`, where Φ is the normal distribution: `(1 + erf(x / √2)) / 2`.
    case gelu
    /// The hyperbolic tangent.
    case tanh
    /// `x` where it is positive, else `slope · x`.
    case leakyRelu(slope: Float)
    /// `min(max(x, low), high)`.
    case clamp(low: Float, high: Float)
}

extension Activation: CustomStringConvertible {
    package var description: String {
        switch self {
        case .relu: "relu"
        case .relu6: "relu6"
        case .silu: "silu"
        case .sigmoid: "sigmoid"
        case .hardSwish: "hardSwish"
        case .hardSigmoid: "hardSigmoid"
        case .gelu: "gelu"
        case .tanh: "tanh"
        case .leakyRelu(let slope): "leakyRelu(\(slope))"
        case .clamp(let low, let high): "clamp(\(low), \(high))"
        }
    }
}
