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

    /// Multiply-adds of one image through the convolutions and matrix products.
    package var multiplyAdds: Int {
        nodes.reduce(0) { sum, node in
            switch node.operation {
            case .convolution(let layer):
                let inputs = nodes[node.inputs[0]].shape.channels / layer.groups
                return sum + node.shape.count * inputs * layer.kernel * layer.kernel
            case .linear(let layer):
                return sum + layer.channels * nodes[node.inputs[0]].shape.count
            case .input, .batchNorm, .activation, .add, .globalAveragePool:
                return sum
            }
        }
    }

    private func parameters(of node: Node) -> [Parameter] {
        switch node.operation {
        case .convolution(let layer):
            let inputs = nodes[node.inputs[0]].shape.channels / layer.groups
            return weights(
                layer.weight, [layer.channels, inputs, layer.kernel, layer.kernel], layer.bias)
        case .linear(let layer):
            return weights(
                layer.weight, [layer.channels, nodes[node.inputs[0]].shape.count], layer.bias)
        case .batchNorm(let layer):
            let shape = [node.shape.channels]
            return [
                Parameter(name: layer.scope.name("weight"), shape: shape, isTrained: true),
                Parameter(name: layer.scope.name("bias"), shape: shape, isTrained: true),
                Parameter(name: layer.scope.name("running_mean"), shape: shape, isTrained: false),
                Parameter(name: layer.scope.name("running_var"), shape: shape, isTrained: false),
            ]
        case .input, .activation, .add, .globalAveragePool:
            return []
        }
    }

    private func weights(_ weight: String, _ shape: [Int], _ bias: String?) -> [Parameter] {
        let matrix = Parameter(name: weight, shape: shape, isTrained: true)
        guard let bias else { return [matrix] }
        return [matrix, Parameter(name: bias, shape: [shape[0]], isTrained: true)]
    }
}
