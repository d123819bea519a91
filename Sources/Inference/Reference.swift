package import Checkpoints
import Foundation
package import Networks

/// The plain reference: one loop a layer, as the papers define them, sums in double precision.
///
/// It shares no pass, layout or kernel with the fast path; tests hold the two against each other.
/// Feature maps are planar, `[c, h, w]`.
package struct ReferenceInterpreter {
    private let network: Network
    private let checkpoint: Checkpoint

    /// Reads parameters from `checkpoint` as they are needed.
    package init(_ network: Network, _ checkpoint: Checkpoint) {
        self.network = network
        self.checkpoint = checkpoint
    }

    /// The value of every node for one image, `[c, h, w]` in, in the order of the network's nodes.
    package func values(of image: [Float]) throws -> [[Float]] {
        var values: [[Float]] = []
        for node in network.nodes {
            values.append(try value(of: node, image, values))
        }
        return values
    }

    /// The logits of one image, `[c, h, w]` in.
    package func logits(of image: [Float]) throws -> [Float] {
        try values(of: image)[network.output]
    }

    private func value(of node: Node, _ image: [Float], _ values: [[Float]]) throws -> [Float] {
        switch node.operation {
        case .input:
            return image
        case .convolution(let layer):
            return ReferenceLoops.convolve(
                values[node.inputs[0]], network.nodes[node.inputs[0]].shape, layer,
                weights: try numbers(layer.weight),
                bias: try layer.bias.map(numbers), output: node.shape)
        case .batchNorm(let layer):
            return ReferenceLoops.normalise(
                values[node.inputs[0]], channels: node.shape.channels, epsilon: layer.epsilon,
                weight: try numbers(layer.weight),
                bias: try numbers(layer.bias),
                mean: try numbers(layer.mean),
                variance: try numbers(layer.variance))
        case .activation(let activation):
            return values[node.inputs[0]].map(activation.callAsFunction)
        case .add:
            return zip(values[node.inputs[0]], values[node.inputs[1]]).map { $0 + $1 }
        case .globalAveragePool:
            return ReferenceLoops.average(values[node.inputs[0]], channels: node.shape.channels)
        case .linear(let layer):
            return ReferenceLoops.multiply(
                values[node.inputs[0]], weights: try numbers(layer.weight),
                bias: try layer.bias.map(numbers), outputs: layer.channels)
        default:
            throw InferenceError.unsupported(operation: node.operation.name)
        }
    }

    private func numbers(_ name: String) throws -> [Float] {
        let parameter = network.parameters.first { $0.name == name }
        guard let parameter else { return [] }
        return try checkpoint.tensor(name, shape: parameter.shape).floats()
    }
}

extension Activation {
    /// The function itself.
    func callAsFunction(_ x: Float) -> Float {
        switch self {
        case .relu: max(x, 0)
        case .relu6: min(max(x, 0), 6)
        case .silu: Float(Double(x) * sigmoid(x))
        case .sigmoid: Float(sigmoid(x))
        case .hardSwish: x * min(max(x + 3, 0), 6) / 6
        case .hardSigmoid: min(max(x + 3, 0), 6) / 6
        case .gelu: Float(Double(x) * (1 + erf(Double(x) / 2.0.squareRoot())) / 2)
        case .tanh: Float(Foundation.tanh(Double(x)))
        case .leakyRelu(let slope): x > 0 ? x : slope * x
        case .clamp(let low, let high): min(max(x, low), high)
        }
    }

    private func sigmoid(_ x: Float) -> Double { 1 / (1 + exp(-Double(x))) }
}
