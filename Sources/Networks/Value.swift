/// A feature map on its way through a network that is being written down.
///
/// Each method adds one layer and returns its result, so that a model reads as its paper's table.
package struct Value {
    let graph: GraphBuilder
    /// The node whose result this is.
    package let id: Node.ID

    /// The extent of the map for one image.
    package var shape: Shape { graph.nodes[id].shape }

    /// The map's channels.
    package var channels: Int { shape.channels }

    /// Convolves with the weights `weight` (and `bias`) of `scope`.
    package func conv(
        _ channels: Int, kernel: Int, stride: Int = 1, dilation: Int = 1, groups: Int = 1,
        padding rule: PaddingRule = .half, bias: Bool = false, at scope: Scope
    ) -> Value {
        conv(
            channels, kernel: .square(kernel), stride: .square(stride),
            dilation: .square(dilation), groups: groups, padding: rule, bias: bias, at: scope)
    }

    /// Convolves with a kernel that need not be square.
    package func conv(
        _ channels: Int, kernel: Extent, stride: Extent = .square(1),
        dilation: Extent = .square(1), groups: Int = 1, padding rule: PaddingRule = .half,
        bias: Bool = false, at scope: Scope
    ) -> Value {
        convolved(
            Convolution(
                channels: channels, kernel: kernel, stride: stride, dilation: dilation,
                padding: rule.padding(
                    of: shape, kernel: kernel, stride: stride, dilation: dilation),
                groups: groups, weight: scope.name("weight"),
                bias: bias ? scope.name("bias") : nil))
    }

    /// Convolves as `layer` says.
    package func convolved(_ layer: Convolution) -> Value {
        let padding = layer.padding
        return added(
            .convolution(layer),
            Shape(
                channels: layer.channels,
                height: windows(
                    in: shape.height + padding.top + padding.bottom, kernel: layer.kernel.height,
                    stride: layer.stride.height, dilation: layer.dilation.height),
                width: windows(
                    in: shape.width + padding.left + padding.right, kernel: layer.kernel.width,
                    stride: layer.stride.width, dilation: layer.dilation.width)))
    }

    /// Multiplies the flattened map with `weight` of `scope` and adds its `bias`.
    package func linear(_ channels: Int, bias: Bool = true, at scope: Scope) -> Value {
        linear(
            Linear(
                channels: channels, weight: scope.name("weight"),
                bias: bias ? scope.name("bias") : nil))
    }

    /// Multiplies the flattened map as `layer` says.
    package func linear(_ layer: Linear) -> Value {
        added(.linear(layer), Shape(channels: layer.channels, height: 1, width: 1))
    }

    /// Normalises each channel by the statistics in `scope`.
    package func batchNorm(epsilon: Double = 1e-5, at scope: Scope) -> Value {
        batchNorm(BatchNorm(scope: scope, epsilon: epsilon))
    }

    /// Normalises each channel as `layer` says.
    package func batchNorm(_ layer: BatchNorm) -> Value { added(.batchNorm(layer), shape) }

    /// Scales and shifts each channel as `layer` says.
    package func scaleShift(_ layer: ScaleShift) -> Value { added(.scaleShift(layer), shape) }

    /// Applies `activation` to each number.
    package func activated(_ activation: Activation) -> Value {
        added(.activation(activation), shape)
    }

    func added(_ operation: Operation, _ shape: Shape) -> Value {
        Value(graph: graph, id: graph.add(operation, [id], shape))
    }
}
