import Checkpoints
import Foundation
import Networks

extension LayerGraph {
    /// Puts a checkpoint's numbers into a network, node by node; nothing is merged yet.
    init(_ network: Network, _ checkpoint: Checkpoint) throws(InferenceError) {
        let reader = ParameterReader(network: network, checkpoint: checkpoint)
        var layers: [Layer] = []
        for node in network.nodes {
            layers.append(
                Layer(kind: try reader.kind(of: node), inputs: node.inputs, shape: node.shape))
        }
        self.init(layers: layers, output: network.output)
    }
}

/// Reads the parameters of one node at a time, checking shape and content.
private struct ParameterReader {
    let network: Network
    let shapes: [String: [Int]]
    let checkpoint: Checkpoint

    init(network: Network, checkpoint: Checkpoint) {
        shapes = Dictionary(
            network.parameters.map { ($0.name, $0.shape) }, uniquingKeysWith: { first, _ in first })
        self.network = network
        self.checkpoint = checkpoint
    }

    func kind(of node: Node) throws(InferenceError) -> Layer.Kind {
        switch node.operation {
        case .input:
            return .input
        case .convolution(let geometry):
            return .convolution(
                ConvolutionLayer(
                    geometry: geometry, weights: try floats(geometry.weight),
                    bias: try bias(geometry.bias, count: geometry.channels)))
        case .batchNorm(let layer):
            return .scaleShift(try scaleShift(layer))
        case .activation(let activation) where activation == .relu || activation == .relu6:
            return .activation(activation)
        case .add where network.nodes[node.inputs[0]].shape == network.nodes[node.inputs[1]].shape:
            return .add
        case .globalAveragePool:
            return .globalAveragePool
        case .linear(let layer):
            return .linear(
                LinearLayer(
                    weights: try floats(layer.weight),
                    bias: try bias(layer.bias, count: layer.channels)))
        default:
            throw .unsupported(operation: node.operation.name)
        }
    }

    private func scaleShift(_ layer: BatchNorm) throws(InferenceError) -> ScaleShift {
        let weight = try floats(layer.weight)
        let bias = try floats(layer.bias)
        let mean = try floats(layer.mean)
        let variance = try floats(layer.variance)
        var result = ScaleShift(scale: [], shift: [])
        for c in weight.indices {
            let scale = Double(weight[c]) / (Double(variance[c]) + layer.epsilon).squareRoot()
            guard scale.isFinite else {
                throw InferenceError.notFinite(parameter: layer.variance)
            }
            result.scale.append(scale)
            result.shift.append(Double(bias[c]) - Double(mean[c]) * scale)
        }
        return result
    }

    private func bias(_ name: String?, count: Int) throws(InferenceError) -> [Float] {
        guard let name else { return Array(repeating: 0, count: count) }
        return try floats(name)
    }

    private func floats(_ name: String) throws(InferenceError) -> [Float] {
        let numbers: [Float]
        do throws(CheckpointError) {
            numbers = try checkpoint.tensor(name, shape: shapes[name] ?? []).floats()
        } catch {
            throw .checkpoint(error)
        }
        guard numbers.allSatisfy(\.isFinite) else { throw .notFinite(parameter: name) }
        return numbers
    }
}
