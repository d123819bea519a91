import Foundation
import Networks

extension ReferenceLoops {
    /// `(x - mean) / √(variance + epsilon) · weight + bias`, a channel at a time.
    static func normalise(
        _ x: ReferenceMap, epsilon: Double, weight: [Float], bias: [Float], mean: [Float],
        variance: [Float]
    ) -> [Float] {
        let area = x.area
        return x.numbers.indices.map { i in
            let c = i / area
            let deviation = (Double(variance[c]) + epsilon).squareRoot()
            let unit = (Double(x.numbers[i]) - Double(mean[c])) / deviation
            return Float(unit * Double(weight[c]) + Double(bias[c]))
        }
    }

    /// `x · weight + bias`, a channel at a time.
    static func scaleShift(_ x: ReferenceMap, weight: [Float]?, bias: [Float]?) -> [Float] {
        let area = x.area
        return x.numbers.indices.map { i in
            let c = i / area
            return Float(
                Double(x.numbers[i]) * Double(weight?[c] ?? 1) + Double(bias?[c] ?? 0))
        }
    }

    /// `(x - mean) / √(variance + epsilon) · weight + bias`, by the channels of each position.
    static func layerNorm(
        _ x: ReferenceMap, epsilon: Double, weight: [Float], bias: [Float]
    ) -> [Float] {
        let area = x.area
        let channels = x.shape.channels
        var result = x.numbers
        for position in 0..<area {
            let values = (0..<channels).map { Double(x.numbers[$0 * area + position]) }
            let mean = values.reduce(0, +) / Double(channels)
            let variance =
                values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(channels)
            let deviation = (variance + epsilon).squareRoot()
            for c in 0..<channels {
                result[c * area + position] = Float(
                    (values[c] - mean) / deviation * Double(weight[c]) + Double(bias[c]))
            }
        }
        return result
    }

    /// `exp x / Σ exp x` over the channels of each position.
    static func softmax(_ x: ReferenceMap) -> [Float] {
        let area = x.area
        var result = x.numbers
        for position in 0..<area {
            let shares = softmax(
                (0..<x.shape.channels).map { Double(x.numbers[$0 * area + position]) })
            for (c, share) in shares.enumerated() { result[c * area + position] = Float(share) }
        }
        return result
    }

    static func softmax(_ x: [Double]) -> [Double] {
        let largest = x.max() ?? 0
        let powers = x.map { exp($0 - largest) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }

    /// `operation` on the numbers of two maps; an axis of extent 1 is stretched.
    static func combine(
        _ a: ReferenceMap, _ b: ReferenceMap, output: Shape, _ operation: (Float, Float) -> Float
    ) -> [Float] {
        func index(_ shape: Shape, _ c: Int, _ y: Int, _ x: Int) -> Int {
            let (c, y, x) = (
                shape.channels == 1 ? 0 : c, shape.height == 1 ? 0 : y, shape.width == 1 ? 0 : x
            )
            return (c * shape.height + y) * shape.width + x
        }
        var result: [Float] = []
        result.reserveCapacity(output.count)
        for c in 0..<output.channels {
            for y in 0..<output.height {
                for x in 0..<output.width {
                    result.append(
                        operation(
                            a.numbers[index(a.shape, c, y, x)], b.numbers[index(b.shape, c, y, x)]))
                }
            }
        }
        return result
    }
}

extension Activation {
    /// The function itself.
    func callAsFunction(_ x: Float) -> Float {
        switch self {
        case .relu: max(x, 0)
        case .relu6: min(max(x, 0), 6)
        case .silu: Float(Double(x) * logistic(x))
        case .sigmoid: Float(logistic(x))
        case .hardSwish: x * min(max(x + 3, 0), 6) / 6
        case .hardSigmoid: min(max(x + 3, 0), 6) / 6
        case .gelu: Float(Double(x) * (1 + erf(Double(x) / 2.0.squareRoot())) / 2)
        case .tanh: Float(Foundation.tanh(Double(x)))
        case .leakyRelu(let slope): x > 0 ? x : slope * x
        case .clamp(let low, let high): min(max(x, low), high)
        }
    }

    private func logistic(_ x: Float) -> Double { 1 / (1 + exp(-Double(x))) }
}
