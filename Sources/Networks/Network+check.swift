/// Why a network cannot be computed for its input.
package enum NetworkError: Error, Sendable, Equatable {
    /// The maps shrink to nothing before node `node`.
    case tooSmall(input: Shape, node: Node.ID, operation: String)
    /// Node `node` cannot be applied to maps of these extents.
    case mismatch(node: Node.ID, operation: String, inputs: [Shape])
}

extension NetworkError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooSmall(let input, let node, let operation):
            "an image of \(input) is too small: nothing is left of it at node \(node) "
                + "(\(operation)); choose a larger input size"
        case .mismatch(let node, let operation, let inputs):
            "node \(node) (\(operation)) cannot be applied to "
                + inputs.map(\.description).joined(separator: " and ")
                + "; the network and its input size do not fit together"
        }
    }
}

extension Network {
    /// Throws where a node's result would be empty, or its inputs do not fit.
    ///
    /// A network that passes can be computed with parameters of the right shapes.
    package func check() throws(NetworkError) {
        for (id, node) in nodes.enumerated() {
            let inputs = node.inputs.map { nodes[$0].shape }
            guard node.shape.isPositive else {
                throw .tooSmall(input: input, node: id, operation: node.operation.name)
            }
            guard node.accepts(inputs) else {
                throw .mismatch(node: id, operation: node.operation.name, inputs: inputs)
            }
        }
    }
}

extension Node {
    /// Whether the operation can be applied to maps of these extents.
    fileprivate func accepts(_ inputs: [Shape]) -> Bool {
        guard let x = inputs.first else { return operation == .input }
        switch operation {
        case .input:
            return false
        case .convolution(let layer):
            return layer.groups > 0 && x.channels.isMultiple(of: layer.groups)
                && layer.channels.isMultiple(of: layer.groups)
        case .add, .multiply:
            return inputs.count == 2 && inputs.allSatisfy { $0.stretches(to: shape) }
        case .concatenate:
            return inputs.allSatisfy { $0.height == x.height && $0.width == x.width }
        case .slice(let offset):
            return offset.channel >= 0 && offset.row >= 0 && offset.column >= 0
                && offset.channel + shape.channels <= x.channels
                && offset.row + shape.height <= x.height
                && offset.column + shape.width <= x.width
        case .pad(let padding, _):
            return [padding.top, padding.left, padding.bottom, padding.right].allSatisfy { $0 >= 0 }
        case .shuffle(let groups):
            return groups > 0 && x.channels.isMultiple(of: groups)
        case .attention(let layer):
            return layer.heads > 0 && x.channels.isMultiple(of: 3 * layer.heads)
        case .linear, .pointwiseLinear, .batchNorm, .scaleShift, .activation, .layerNorm, .softmax,
            .localResponseNorm, .maxPool, .averagePool, .globalAveragePool, .adaptiveAveragePool,
            .tokens:
            return true
        }
    }
}

extension Shape {
    fileprivate var isPositive: Bool { channels > 0 && height > 0 && width > 0 }

    /// Whether an axis of extent 1 where `other` has more is all that differs.
    fileprivate func stretches(to other: Shape) -> Bool {
        (channels == other.channels || channels == 1) && (height == other.height || height == 1)
            && (width == other.width || width == 1)
    }
}
