extension Network {
    /// Multiply-adds of one image through convolutions, matrix products and attention.
    package var multiplyAdds: Int { nodes.reduce(0) { $0 + multiplyAdds(of: $1) } }

    /// Multiply-adds of one image through `node`.
    package func multiplyAdds(of node: Node) -> Int {
        switch node.operation {
        case .convolution(let layer):
            let inputs = input(of: node).channels / max(layer.groups, 1)
            return node.shape.count * inputs * layer.kernel.height * layer.kernel.width
        case .linear:
            return node.shape.channels * input(of: node).count
        case .pointwiseLinear:
            return node.shape.count * input(of: node).channels
        case .attention:
            // Each token's query meets every key, and every value is weighed for each token.
            let tokens = node.shape.height * node.shape.width
            return 2 * tokens * node.shape.count
        case .input, .batchNorm, .scaleShift, .activation, .layerNorm, .softmax, .add, .multiply,
            .maxPool, .averagePool, .globalAveragePool, .adaptiveAveragePool, .concatenate, .slice,
            .pad, .shuffle, .tokens, .localResponseNorm:
            return 0
        }
    }

    /// The extent of what `node` reads first; its own where it reads nothing.
    func input(of node: Node) -> Shape {
        node.inputs.first.map { nodes[$0].shape } ?? node.shape
    }
}
