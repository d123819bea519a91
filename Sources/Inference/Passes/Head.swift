import Networks

extension LayerGraph {
    /// The layers that are computed for a whole batch at once: the classifier at the end, where
    /// every value is a vector and weights are worth reading once for many images.
    var head: Set<Int> {
        let consumers = consumers
        var head: Set<Int> = []
        for (index, layer) in layers.enumerated().reversed()
        where layer.kind.isOfVectors && layer.shape.isVector && index != 0
            && consumers[index].allSatisfy(head.contains)
            && (index == output || !consumers[index].isEmpty)
        {
            head.insert(index)
        }
        return head
    }

    /// Turns matrix products that are not part of the head into convolutions as large as their
    /// input.
    func linearsInTrunkConvolved() -> LayerGraph {
        var graph = self
        let head = head
        for (index, layer) in layers.enumerated() where !head.contains(index) {
            guard case .linear(let linear) = layer.kind else { continue }
            let input = layers[layer.inputs[0]].shape
            graph.layers[index].kind = .convolution(
                ConvolutionLayer(
                    geometry: Convolution(
                        channels: layer.shape.channels, kernel: Extent(input.height, input.width),
                        weight: ""),
                    weights: linear.weights, bias: linear.bias))
        }
        return graph
    }
}

extension Shape {
    /// Whether it has one position only.
    var isVector: Bool { height == 1 && width == 1 }
}

extension Layer.Kind {
    /// Whether the head can compute it.
    fileprivate var isOfVectors: Bool {
        switch self {
        case .linear, .activation, .plain(.softmax): true
        default: false
        }
    }
}
