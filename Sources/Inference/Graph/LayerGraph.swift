import Networks

/// A network with its numbers in place: what the passes rewrite and the plan compiles.
struct LayerGraph {
    /// The layers, each after its inputs; the first is the input.
    var layers: [Layer]
    /// The layer whose value is the network's output.
    var output: Int
}

/// One layer of a ``LayerGraph``.
struct Layer {
    var kind: Kind
    /// Indices of the layers it reads.
    var inputs: [Int]
    /// The extent of its result for one image.
    var shape: Shape
    /// The network's node whose value it computes; the same whatever the passes merge.
    var node: Node.ID

    enum Kind {
        case input
        case convolution(ConvolutionLayer)
        case linear(LinearLayer)
        case affine(ChannelAffine)
        case activation(Activation)
        /// The sum of two inputs of equal shape, clamped.
        case add(Clamp)
        /// The product of two inputs.
        case multiply
        case maxPool(Pool)
        case averagePool(Pool, countsPadding: Bool)
        case globalAveragePool
        case concatenate
        /// A part of the input, or more than it.
        case window(MapWindow)
        /// The input's numbers, stored as another element.
        case convert
        /// What transformers have, in single precision.
        case sequence(SequenceLayer)
        /// What is rare, and computed by plain loops in single precision.
        case plain(PlainLayer)
    }
}

extension LayerGraph {
    /// How many layers read each layer; the output counts as read once more.
    var uses: [Int] {
        var uses = Array(repeating: 0, count: layers.count)
        for input in layers.flatMap(\.inputs) { uses[input] += 1 }
        uses[output] += 1
        return uses
    }

    /// The last layer that reads each layer; the output is read after all.
    var lastUse: [Int] {
        var last = Array(layers.indices)
        for (index, layer) in layers.enumerated() {
            for input in layer.inputs { last[input] = index }
        }
        last[output] = layers.count
        return last
    }

    /// The layers that read each layer.
    var consumers: [[Int]] {
        var consumers = Array(repeating: [Int](), count: layers.count)
        for (index, layer) in layers.enumerated() {
            for input in layer.inputs { consumers[input].append(index) }
        }
        return consumers
    }

    /// Drops layers that nothing reads, and renumbers the rest.
    func pruned() -> LayerGraph {
        var needed = Array(repeating: false, count: layers.count)
        needed[0] = true
        needed[output] = true
        for index in layers.indices.reversed() where needed[index] {
            for input in layers[index].inputs { needed[input] = true }
        }
        var number = Array(repeating: 0, count: layers.count)
        var kept: [Layer] = []
        for index in layers.indices where needed[index] {
            number[index] = kept.count
            var layer = layers[index]
            layer.inputs = layer.inputs.map { number[$0] }
            kept.append(layer)
        }
        return LayerGraph(layers: kept, output: number[output])
    }
}
