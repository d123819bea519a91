import Checkpoints
import Foundation
import Networks

extension LayerGraph {
    /// Puts a checkpoint's numbers into a network, node by node; nothing is merged yet.
    init(_ network: Network, _ checkpoint: Checkpoint) throws(InferenceError) {
        let reader = ParameterReader(network: network, checkpoint: checkpoint)
        var layers: [Layer] = []
        for (id, node) in network.nodes.enumerated() {
            layers.append(
                Layer(
                    kind: try reader.kind(of: node), inputs: node.inputs, shape: node.shape,
                    node: id))
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
        case .input: .input
        case .convolution(let geometry):
            .convolution(
                ConvolutionLayer(
                    geometry: geometry, weights: try floats(geometry.weight),
                    bias: try floats(geometry.bias, or: 0, count: geometry.channels)))
        case .pointwiseLinear(let layer): .convolution(try pointwise(layer))
        case .linear(let layer):
            .linear(
                LinearLayer(
                    weights: try floats(layer.weight),
                    bias: try floats(layer.bias, or: 0, count: layer.channels)))
        case .batchNorm(let layer): .affine(try affine(layer))
        case .scaleShift(let layer):
            .affine(
                ChannelAffine(
                    scale: try floats(layer.weight, or: 1, count: node.shape.channels),
                    shift: try floats(layer.bias, or: 0, count: node.shape.channels)))
        case .activation(let activation): .activation(activation)
        case .add: hasEqualInputs(node) ? .add(.none) : .plain(.stretchedAdd)
        case .multiply: canMultiply(node) ? .multiply : .plain(.stretchedMultiply)
        case .maxPool(let pool): .maxPool(pool)
        case .averagePool(let pool, let counts): .averagePool(pool, countsPadding: counts)
        case .globalAveragePool: .globalAveragePool
        case .concatenate: .concatenate
        case .adaptiveAveragePool: .plain(.adaptiveAveragePool)
        case .slice(let offset): .window(MapWindow(offset: offset, value: 0))
        case .pad(let padding, let value):
            .window(
                MapWindow(
                    offset: Offset(row: -padding.top, column: -padding.left), value: value))
        case .shuffle(let groups): .plain(.shuffle(groups: groups))
        case .localResponseNorm(let layer): .plain(.localResponseNorm(layer))
        case .softmax: .plain(.softmax)
        case .attention(let layer): .sequence(.attention(heads: layer.heads))
        case .layerNorm(let layer):
            .sequence(
                .norm(
                    scale: try floats(layer.weight), shift: try floats(layer.bias),
                    epsilon: layer.epsilon))
        case .tokens(let layer):
            .sequence(
                .tokens(
                    classToken: try layer.classToken.map(floats) ?? [],
                    positions: try layer.position.map(floats) ?? []))
        }
    }

    private func hasEqualInputs(_ node: Node) -> Bool {
        node.inputs.count == 2 && node.inputs.allSatisfy { network.nodes[$0].shape == node.shape }
    }

    /// Maps of equal shape, or a map and a number for each of its channels.
    private func canMultiply(_ node: Node) -> Bool {
        let shapes = node.inputs.map { network.nodes[$0].shape }
        return shapes.count == 2
            && shapes.contains(node.shape)
            && shapes.allSatisfy {
                $0 == node.shape
                    || $0 == Shape(channels: node.shape.channels, height: 1, width: 1)
            }
    }

    private func pointwise(_ layer: Linear) throws(InferenceError) -> ConvolutionLayer {
        ConvolutionLayer(
            geometry: Convolution(
                channels: layer.channels, kernel: .square(1), weight: layer.weight,
                bias: layer.bias),
            weights: try floats(layer.weight),
            bias: try floats(layer.bias, or: 0, count: layer.channels))
    }

    private func affine(_ layer: BatchNorm) throws(InferenceError) -> ChannelAffine {
        let weight = try floats(layer.weight)
        let bias = try floats(layer.bias)
        let mean = try floats(layer.mean)
        let variance = try floats(layer.variance)
        var result = ChannelAffine(scale: [], shift: [])
        for c in weight.indices {
            let scale = Double(weight[c]) / (Double(variance[c]) + layer.epsilon).squareRoot()
            guard scale.isFinite else { throw .notFinite(parameter: layer.variance) }
            result.scale.append(Float(scale))
            result.shift.append(Float(Double(bias[c]) - Double(mean[c]) * scale))
        }
        return result
    }

    private func floats(
        _ name: String?, or number: Float, count: Int
    ) throws(InferenceError) -> [Float] {
        guard let name else { return Array(repeating: number, count: count) }
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
