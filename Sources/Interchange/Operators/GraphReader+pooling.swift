import Networks

extension GraphReader {
    /// `MaxPool` over rows and columns.
    mutating func maxPool(_ node: ONNXNode) throws -> MapView {
        let (input, pool, roundsUp) = try pool(node)
        return planar(input.value.maxPool(pool, roundsUp: roundsUp))
    }

    /// `AveragePool` over rows and columns.
    mutating func averagePool(_ node: ONNXNode) throws -> MapView {
        let (input, pool, roundsUp) = try pool(node)
        let counts = try node.integer("count_include_pad", default: 0) != 0
        return planar(input.value.averagePool(pool, countsPadding: counts, roundsUp: roundsUp))
    }

    private mutating func pool(_ node: ONNXNode) throws -> (MapView, Pool, roundsUp: Bool) {
        let input = try planar(0, of: node)
        guard let sides = try node.integers("kernel_shape"), sides.count == 2 else {
            throw unsupported(node, "does not look at rows and columns")
        }
        let shape = input.value.shape
        let window = try window(of: node, kernel: Extent(sides[0], sides[1]), over: shape)
        guard window.dilation == .square(1) else { throw unsupported(node, "has holes") }
        let padding = window.padding
        guard padding.top < sides[0], padding.bottom < sides[0], padding.left < sides[1],
            padding.right < sides[1]
        else { throw unsupported(node, "has windows that lie in its padding") }
        let reach = window.reach(over: shape)
        try check(
            Shape(channels: shape.channels, height: reach.height, width: reach.width), node)
        return (
            input, Pool(kernel: window.kernel, stride: window.stride, padding: window.padding),
            try node.integer("ceil_mode", default: 0) != 0
        )
    }

    /// The mean, maximum or sum over rows and columns, whichever axes they are.
    mutating func reduction(_ node: ONNXNode) throws -> MapView {
        let view = try map(0, of: node).settled
        let rank = view.axes.count
        let isGlobal = node.operation.hasPrefix("Global")
        var axes = Array(2..<max(rank, 2))
        var keeps = true
        if !isGlobal {
            // Axes are an input since version 18 (of sums since 13), a setting before.
            let named = try node.integers("axes") ?? integers(1, of: node)
            keeps = try node.integer("keepdims", default: 1) != 0
            if let named {
                axes = try node.axes(named, rank: rank)
            } else {
                guard try node.integer("noop_with_empty_axes", default: 0) == 0 else {
                    return view
                }
                axes = Array(0..<rank)
            }
        }
        let factors = Set(axes.flatMap { view.axes[$0] })
        let shape = view.value.shape
        let rows = MapView.whole(.row, of: shape)
        let columns = MapView.whole(.column, of: shape)
        let kernel = Extent(
            rows.allSatisfy(factors.contains) ? shape.height : 1,
            columns.allSatisfy(factors.contains) ? shape.width : 1)
        let expected =
            (kernel.height > 1 ? rows : []) + (kernel.width > 1 ? columns : [])
        guard factors == Set(expected) else {
            throw unsupported(node, "is not over the rows and columns of \(view)")
        }
        var result = view
        result.value = try pooled(view.value, kernel, node)
        for axis in axes { result.axes[axis] = [] }
        if !keeps {
            result.axes = result.axes.indices.filter { !axes.contains($0) }.map { result.axes[$0] }
        }
        return result
    }

    private mutating func pooled(
        _ value: Value, _ kernel: Extent, _ node: ONNXNode
    ) throws -> Value {
        if kernel == .square(1) { return value }
        let pool = Pool(kernel: kernel, stride: kernel)
        if node.operation.hasSuffix("Max") || node.operation == "GlobalMaxPool" {
            return value.maxPool(pool)
        }
        let isAll = kernel == Extent(value.shape.height, value.shape.width)
        let mean =
            isAll ? value.globalAveragePool() : value.averagePool(pool, countsPadding: false)
        guard node.operation == "ReduceSum" else { return mean }
        let count = Float(kernel.height * kernel.width)
        return try scaled(
            mean, by: [Float](repeating: count, count: mean.channels), plus: nil, node)
    }
}
