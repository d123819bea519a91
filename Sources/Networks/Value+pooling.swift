extension Value {
    /// The largest number of each window; `roundsUp` keeps a last window that is cut off by the
    /// padding's edge, PyTorch's `ceil_mode`.
    package func maxPool(
        kernel: Int, stride: Int, padding rule: PaddingRule = .none, roundsUp: Bool = false
    ) -> Value {
        let pool = pool(kernel, stride, rule)
        return added(.maxPool(pool), pooled(pool, roundsUp))
    }

    /// The mean of each window; padding counts as zeros if `countsPadding`, PyTorch's
    /// `count_include_pad`.
    package func averagePool(
        kernel: Int, stride: Int, padding rule: PaddingRule = .none, countsPadding: Bool = true,
        roundsUp: Bool = false
    ) -> Value {
        let pool = pool(kernel, stride, rule)
        return added(.averagePool(pool, countsPadding: countsPadding), pooled(pool, roundsUp))
    }

    /// The largest number of each window of `pool`.
    package func maxPool(_ pool: Pool, roundsUp: Bool = false) -> Value {
        added(.maxPool(pool), pooled(pool, roundsUp))
    }

    /// The mean of each window of `pool`.
    package func averagePool(
        _ pool: Pool, countsPadding: Bool, roundsUp: Bool = false
    ) -> Value {
        added(.averagePool(pool, countsPadding: countsPadding), pooled(pool, roundsUp))
    }

    /// The mean over height and width, `[channels, 1, 1]`.
    package func globalAveragePool() -> Value {
        added(.globalAveragePool, Shape(channels: channels, height: 1, width: 1))
    }

    /// The means of windows that share out the map, so many that the result is `extent`; the map
    /// itself where it has that extent already.
    package func averagePool(to extent: Extent) -> Value {
        let result = Shape(channels: channels, height: extent.height, width: extent.width)
        if result == shape { return self }
        return extent == .square(1) ? globalAveragePool() : added(.adaptiveAveragePool, result)
    }

    private func pool(_ kernel: Int, _ stride: Int, _ rule: PaddingRule) -> Pool {
        let (kernel, stride) = (Extent.square(kernel), Extent.square(stride))
        return Pool(
            kernel: kernel, stride: stride,
            padding: rule.padding(of: shape, kernel: kernel, stride: stride))
    }

    private func pooled(_ pool: Pool, _ roundsUp: Bool) -> Shape {
        Shape(
            channels: channels,
            height: Self.windows(
                shape.height, pool.padding.top, pool.padding.bottom, pool.kernel.height,
                pool.stride.height, roundsUp),
            width: Self.windows(
                shape.width, pool.padding.left, pool.padding.right, pool.kernel.width,
                pool.stride.width, roundsUp))
    }

    /// As PyTorch counts: a window that would begin in the padding after the map is left out.
    private static func windows(
        _ size: Int, _ before: Int, _ after: Int, _ kernel: Int, _ stride: Int, _ roundsUp: Bool
    ) -> Int {
        let count = Networks.windows(
            in: size + before + after, kernel: kernel, stride: stride, roundsUp: roundsUp)
        return roundsUp && (count - 1) * stride >= size + before ? count - 1 : count
    }
}
