/// A named tensor that a network reads from its checkpoint.
package struct Parameter: Sendable, Hashable {
    /// The checkpoint's name for it.
    package let name: String
    /// Its extent, outermost dimension first.
    package let shape: [Int]
    /// Whether training sets it by gradient; false for BatchNorm's running statistics.
    package let isTrained: Bool

    /// How many numbers it holds.
    package var count: Int { shape.reduce(1, *) }
}

extension Network {
    /// Every parameter that the network reads, in the order of its nodes.
    package var parameters: [Parameter] {
        nodes.flatMap { node in parameters(of: node) }
    }

    /// How many numbers training sets, as papers count them.
    package var parameterCount: Int {
        parameters.reduce(0) { $0 + ($1.isTrained ? $1.count : 0) }
    }

    /// The parameters that `node` reads.
    package func parameters(of node: Node) -> [Parameter] {
        let channels = node.shape.channels
        switch node.operation {
        case .convolution(let layer):
            let inputs = input(of: node).channels / max(layer.groups, 1)
            return trained(
                (layer.weight, [channels, inputs, layer.kernel.height, layer.kernel.width]),
                (layer.bias, [channels]))
        case .linear(let layer):
            return trained(
                (layer.weight, [channels, input(of: node).count]), (layer.bias, [channels]))
        case .pointwiseLinear(let layer):
            return trained(
                (layer.weight, [channels, input(of: node).channels]), (layer.bias, [channels]))
        case .batchNorm(let layer):
            return trained((layer.weight, [channels]), (layer.bias, [channels]))
                + [layer.mean, layer.variance].map {
                    Parameter(name: $0, shape: [channels], isTrained: false)
                }
        case .scaleShift(let layer):
            return trained((layer.weight, [channels]), (layer.bias, [channels]))
        case .layerNorm(let layer):
            return trained((layer.weight, [channels]), (layer.bias, [channels]))
        case .tokens(let layer):
            return trained(
                (layer.classToken, [1, 1, channels]),
                (layer.position, [1, node.shape.width, channels]))
        case .input, .activation, .softmax, .add, .multiply, .maxPool, .averagePool,
            .globalAveragePool, .adaptiveAveragePool, .concatenate, .slice, .pad, .shuffle,
            .attention, .localResponseNorm:
            return []
        }
    }

    private func trained(_ tensors: (name: String?, shape: [Int])...) -> [Parameter] {
        tensors.compactMap { name, shape in
            name.map { Parameter(name: $0, shape: shape, isTrained: true) }
        }
    }
}
