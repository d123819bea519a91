package import Checkpoints
package import Networks

/// The plain reference: one loop a layer, as the papers define them, sums in double precision.
///
/// It shares no pass, layout or kernel with the fast path; tests hold the two against each other.
/// Feature maps are planar, `[c, h, w]`.
package struct ReferenceInterpreter {
    private let network: Network
    private let checkpoint: Checkpoint
    /// The shape of each parameter, by its name.
    private let shapes: [String: [Int]]
    /// The last node that reads each node.
    private let lastUse: [Node.ID]

    /// Reads parameters from `checkpoint` as they are needed.
    package init(_ network: Network, _ checkpoint: Checkpoint) {
        self.network = network
        self.checkpoint = checkpoint
        shapes = Dictionary(
            network.parameters.map { ($0.name, $0.shape) }, uniquingKeysWith: { first, _ in first })
        var lastUse = Array(network.nodes.indices)
        for (id, node) in network.nodes.enumerated() {
            for input in node.inputs { lastUse[input] = id }
        }
        self.lastUse = lastUse
    }

    /// The logits of one image, `[c, h, w]` in.
    ///
    /// Throws `CheckpointError` where a parameter is missing, misshapen or unreadable.
    package func logits(of image: [Float]) throws -> [Float] {
        var values: [ReferenceMap] = []
        for (id, node) in network.nodes.enumerated() {
            let inputs = node.inputs.map { values[$0] }
            values.append(
                ReferenceMap(shape: node.shape, numbers: try value(of: node, inputs, image)))
            // What nothing reads any more need not be kept: large networks have a thousand maps.
            for input in node.inputs where lastUse[input] == id && input != network.output {
                values[input].numbers = []
            }
        }
        return values[network.output].numbers
    }

    private func value(
        of node: Node, _ inputs: [ReferenceMap], _ image: [Float]
    ) throws -> [Float] {
        guard let x = inputs.first else { return image }
        switch node.operation {
        case .input:
            return image
        case .convolution, .linear, .pointwiseLinear:
            return try product(node, x)
        case .batchNorm, .scaleShift, .activation, .layerNorm, .localResponseNorm, .softmax:
            return try map(node, x)
        case .add:
            return ReferenceLoops.combine(x, inputs[1], output: node.shape, +)
        case .multiply:
            return ReferenceLoops.combine(x, inputs[1], output: node.shape, *)
        case .maxPool(let pool):
            return ReferenceLoops.maxPool(x, pool, output: node.shape)
        case .averagePool(let pool, let countsPadding):
            return ReferenceLoops.averagePool(
                x, pool, countsPadding: countsPadding, output: node.shape)
        case .globalAveragePool, .adaptiveAveragePool:
            return ReferenceLoops.adaptiveAveragePool(x, output: node.shape)
        case .concatenate:
            return inputs.flatMap(\.numbers)
        case .slice(let offset):
            return ReferenceLoops.slice(x, at: offset, output: node.shape)
        case .pad(let padding, let value):
            return ReferenceLoops.pad(x, padding, value: value, output: node.shape)
        case .shuffle(let groups):
            return ReferenceLoops.shuffle(x, groups: groups)
        case .tokens(let layer):
            return ReferenceLoops.tokens(
                x, classToken: try layer.classToken.map(numbers),
                position: try layer.position.map(numbers), output: node.shape)
        case .attention(let layer):
            return ReferenceLoops.attention(x, heads: layer.heads)
        }
    }

    private func product(_ node: Node, _ x: ReferenceMap) throws -> [Float] {
        switch node.operation {
        case .convolution(let layer):
            return ReferenceLoops.convolve(
                x, layer, weights: try numbers(layer.weight), bias: try layer.bias.map(numbers),
                output: node.shape)
        case .linear(let layer):
            let vector = ReferenceMap(
                shape: Shape(channels: x.shape.count, height: 1, width: 1), numbers: x.numbers)
            return ReferenceLoops.multiply(
                vector, weights: try numbers(layer.weight), bias: try layer.bias.map(numbers),
                outputs: layer.channels)
        case .pointwiseLinear(let layer):
            return ReferenceLoops.multiply(
                x, weights: try numbers(layer.weight), bias: try layer.bias.map(numbers),
                outputs: layer.channels)
        default:
            return []
        }
    }

    private func map(_ node: Node, _ x: ReferenceMap) throws -> [Float] {
        switch node.operation {
        case .batchNorm(let layer):
            return ReferenceLoops.normalise(
                x, epsilon: layer.epsilon, weight: try numbers(layer.weight),
                bias: try numbers(layer.bias), mean: try numbers(layer.mean),
                variance: try numbers(layer.variance))
        case .scaleShift(let layer):
            return ReferenceLoops.scaleShift(
                x, weight: try layer.weight.map(numbers), bias: try layer.bias.map(numbers))
        case .activation(let activation):
            return x.numbers.map(activation.callAsFunction)
        case .layerNorm(let layer):
            return ReferenceLoops.layerNorm(
                x, epsilon: layer.epsilon, weight: try numbers(layer.weight),
                bias: try numbers(layer.bias))
        case .localResponseNorm(let layer):
            return ReferenceLoops.localResponseNorm(x, layer)
        case .softmax:
            return ReferenceLoops.softmax(x)
        default:
            return []
        }
    }

    private func numbers(_ name: String) throws -> [Float] {
        try checkpoint.tensor(name, shape: shapes[name] ?? []).floats()
    }
}

/// A feature map of one image, planar.
struct ReferenceMap {
    /// Its extent.
    var shape: Shape
    /// `[c, h, w]`.
    var numbers: [Float]

    /// Pixels of a channel.
    var area: Int { shape.height * shape.width }
}
