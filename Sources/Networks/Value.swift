/// A feature map on its way through a network that is being written down.
///
/// Each method adds one layer and returns its result, so that a model reads as its paper's table.
package struct Value {
    let graph: GraphBuilder
    let id: Node.ID

    /// The extent of the map for one image.
    package var shape: Shape { graph.nodes[id].shape }

    /// The map's channels.
    package var channels: Int { shape.channels }

    /// Convolves with the weights `weight` (and `bias`) of `scope`.
    package func conv(
        _ channels: Int, kernel: Int, stride: Int = 1, groups: Int = 1,
        padding rule: PaddingRule = .half, bias: Bool = false, at scope: Scope
    ) -> Value {
        let padding = rule.padding(of: shape, kernel: kernel, stride: stride)
        let convolution = Convolution(
            channels: channels, kernel: kernel, stride: stride, padding: padding, groups: groups,
            weight: scope.name("weight"), bias: bias ? scope.name("bias") : nil)
        return added(
            .convolution(convolution),
            Shape(
                channels: channels,
                height: (shape.height + padding.top + padding.bottom - kernel) / stride + 1,
                width: (shape.width + padding.left + padding.right - kernel) / stride + 1))
    }

    /// Normalises each channel by the statistics in `scope`.
    package func batchNorm(epsilon: Double = 1e-5, at scope: Scope) -> Value {
        added(.batchNorm(BatchNorm(scope: scope, epsilon: epsilon)), shape)
    }

    /// Applies `activation` to each number.
    package func activated(_ activation: Activation) -> Value {
        added(.activation(activation), shape)
    }

    /// The mean over height and width, `[channels, 1, 1]`.
    package func globalAveragePool() -> Value {
        added(.globalAveragePool, Shape(channels: channels, height: 1, width: 1))
    }

    /// Multiplies the flattened map with `weight` of `scope` and adds its `bias`.
    package func linear(_ channels: Int, bias: Bool = true, at scope: Scope) -> Value {
        let linear = Linear(
            channels: channels, weight: scope.name("weight"),
            bias: bias ? scope.name("bias") : nil)
        return added(.linear(linear), Shape(channels: channels, height: 1, width: 1))
    }

    /// The sum of two maps of equal shape.
    package static func + (a: Value, b: Value) -> Value {
        Value(graph: a.graph, id: a.graph.add(.add, [a.id, b.id], a.shape))
    }

    private func added(_ operation: Operation, _ shape: Shape) -> Value {
        Value(graph: graph, id: graph.add(operation, [id], shape))
    }
}

extension PaddingRule {
    func padding(of shape: Shape, kernel: Int, stride: Int) -> Padding {
        switch self {
        case .half:
            return .even(kernel / 2)
        case .same:
            let rows = Self.total(shape.height, kernel, stride)
            let columns = Self.total(shape.width, kernel, stride)
            return Padding(
                top: rows / 2, left: columns / 2, bottom: rows - rows / 2,
                right: columns - columns / 2)
        }
    }

    private static func total(_ size: Int, _ kernel: Int, _ stride: Int) -> Int {
        let output = (size + stride - 1) / stride
        return max((output - 1) * stride + kernel - size, 0)
    }
}
