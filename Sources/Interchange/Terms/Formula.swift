import Foundation
import Networks

/// A function of one number, put together from the graph's small steps.
///
/// Exporters write `x · Φ(x)` as five nodes, `x · clip(x + 3, 0, 6) / 6` as four, and every version
/// orders them in another way. So steps are collected, and the function is known by its values, not
/// by its spelling.
indirect enum Formula {
    /// The number itself.
    case x
    /// `scale · f + shift`.
    case affine(Formula, scale: Double, shift: Double)
    /// An activation of `f`.
    case activation(Activation, Formula)
    /// The error function of `f`.
    case erf(Formula)
    /// The sum of two.
    case sum(Formula, Formula)
    /// The product of two.
    case product(Formula, Formula)

    /// The function's value at `x`.
    func callAsFunction(_ x: Double) -> Double {
        switch self {
        case .x: x
        case .affine(let f, let scale, let shift): scale * f(x) + shift
        case .activation(let activation, let f): activation(f(x))
        case .erf(let f): Foundation.erf(f(x))
        case .sum(let f, let g): f(x) + g(x)
        case .product(let f, let g): f(x) * g(x)
        }
    }

    /// How many steps it has.
    var size: Int {
        switch self {
        case .x: 0
        case .affine(let f, _, _), .activation(_, let f), .erf(let f): 1 + f.size
        case .sum(let f, let g), .product(let f, let g): 1 + f.size + g.size
        }
    }

    /// More steps than any activation is written in.
    static let maximumSize = 24

    /// The ways to take the function apart into a last part and what it is applied to, the longest
    /// last part first.
    var splits: [(outer: Formula, inner: Formula)] {
        switch self {
        case .x, .sum, .product: []
        case .affine(let f, let scale, let shift):
            f.splits { .affine($0, scale: scale, shift: shift) }
        case .activation(let activation, let f):
            f.splits { .activation(activation, $0) }
        case .erf(let f): f.splits { .erf($0) }
        }
    }

    private func splits(
        _ step: (Formula) -> Formula
    ) -> [(outer: Formula, inner: Formula)] {
        if case .x = self { return [] }
        return splits.map { (step($0.outer), $0.inner) } + [(step(.x), self)]
    }

    /// `scale` where the function is `scale · x`, for factors that may wait.
    var factor: Double? {
        switch self {
        case .x: 1
        case .affine(let f, let scale, shift: 0): f.factor.map { $0 * scale }
        default: nil
        }
    }
}

extension Formula {
    /// What a network calls a function.
    enum Meaning {
        case identity
        case affine(scale: Double, shift: Double)
        case activation(Activation)
    }

    /// What a network calls this function, if it has a name for it.
    var meaning: Meaning? {
        let zero = self(0)
        let slope = self(1) - zero
        if agrees(with: { $0 }) { return .identity }
        if agrees(with: { slope * $0 + zero }) { return .affine(scale: slope, shift: zero) }
        let (low, high) = (Float(self(-Self.far)), Float(self(Self.far)))
        var known: [Activation] = [
            .relu, .relu6, .silu, .sigmoid, .hardSwish, .hardSigmoid, .gelu, .tanh,
            .leakyRelu(slope: Float(-self(-1))),
        ]
        // Beyond what is tried, a bound does not show; but none lies there in practice.
        if low < high {
            known.append(
                .clamp(
                    low: low == Float(-Self.far) ? -.greatestFiniteMagnitude : low,
                    high: high == Float(Self.far) ? .greatestFiniteMagnitude : high))
        }
        return known.first { agrees(with: $0.callAsFunction) }.map { .activation($0) }
    }

    private static let far = 1e6
    /// Where functions are compared; bounds of activations lie between them.
    private static let samples: [Double] =
        (-96...96).map { Double($0) / 12 + 0.003 } + [-far, -1000, -100, -20, 20, 100, 1000, far]

    private func agrees(with other: (Double) -> Double) -> Bool {
        Self.samples.allSatisfy { x in
            let (a, b) = (self(x), other(x))
            return a == b || abs(a - b) <= 2e-6 * max(1, abs(b))
        }
    }
}

extension Activation {
    /// The function itself, in double precision.
    func callAsFunction(_ x: Double) -> Double {
        switch self {
        case .relu: max(x, 0)
        case .relu6: min(max(x, 0), 6)
        case .silu: x / (1 + exp(-x))
        case .sigmoid: 1 / (1 + exp(-x))
        case .hardSwish: x * min(max(x + 3, 0), 6) / 6
        case .hardSigmoid: min(max(x + 3, 0), 6) / 6
        case .gelu: x * (1 + erf(x / 2.0.squareRoot())) / 2
        case .tanh: Foundation.tanh(x)
        case .leakyRelu(let slope): x > 0 ? x : Double(slope) * x
        case .clamp(let low, let high): min(max(x, Double(low)), Double(high))
        }
    }
}
