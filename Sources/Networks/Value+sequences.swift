extension Value {
    /// The map's positions in reading order as a sequence, `[d, 1, n]`.
    package func tokens(_ layer: Tokens) -> Value {
        let count = shape.height * shape.width + (layer.classToken == nil ? 0 : 1)
        return added(.tokens(layer), Shape(channels: channels, height: 1, width: count))
    }

    /// Multiplies the channels of each position with `weight` of `scope` and adds its `bias`.
    package func pointwiseLinear(_ channels: Int, bias: Bool = true, at scope: Scope) -> Value {
        pointwiseLinear(
            Linear(
                channels: channels, weight: scope.name("weight"),
                bias: bias ? scope.name("bias") : nil))
    }

    /// Multiplies the channels of each position as `layer` says.
    package func pointwiseLinear(_ layer: Linear) -> Value {
        added(
            .pointwiseLinear(layer),
            Shape(channels: layer.channels, height: shape.height, width: shape.width))
    }

    /// Attends the sequence to itself; the map is queries, keys and values, `[3d, 1, n]`.
    package func attention(heads: Int) -> Value {
        added(
            .attention(Attention(heads: heads)),
            Shape(channels: channels / 3, height: shape.height, width: shape.width))
    }

    /// Normalises the channels of each position by `weight` and `bias` of `scope`.
    package func layerNorm(epsilon: Double, at scope: Scope) -> Value {
        let layer = LayerNorm(
            weight: scope.name("weight"), bias: scope.name("bias"), epsilon: epsilon)
        return added(.layerNorm(layer), shape)
    }

    /// The shares of the channels of each position, which sum to 1.
    package func softmax() -> Value { added(.softmax, shape) }

    /// Token `index` of the sequence, `[d, 1, 1]`.
    package func token(_ index: Int) -> Value {
        slice(at: Offset(column: index), Shape(channels: channels, height: 1, width: 1))
    }
}
