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

    enum Kind {
        case input
        case convolution(ConvolutionLayer)
        case scaleShift(ScaleShift)
        case activation(Activation)
        case add
        case globalAveragePool
        case linear(LinearLayer)
    }
}

/// A convolution and what is done to its result before it is stored.
struct ConvolutionLayer {
    var geometry: Convolution
    /// `[channels, input channels / groups, kernel, kernel]`.
    var weights: [Float]
    /// `[channels]`.
    var bias: [Float]
    /// Whether the layer's second input is added to the result.
    var addsResidual = false
    /// Applied last, after the residual.
    var activation: Activation?
}

/// `x · scale + shift`, a channel at a time.
struct ScaleShift {
    var scale: [Double]
    var shift: [Double]
}

/// `W x + b`.
struct LinearLayer {
    /// `[channels, input count]`.
    var weights: [Float]
    /// `[channels]`.
    var bias: [Float]
}

extension LayerGraph {
    /// How many layers read each layer; the output counts as read once more.
    var uses: [Int] {
        var uses = Array(repeating: 0, count: layers.count)
        for input in layers.flatMap(\.inputs) { uses[input] += 1 }
        uses[output] += 1
        return uses
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
