import Networks

extension GraphReader {
    /// The product of queries with keys, which waits for a softmax and for values.
    mutating func scores(_ left: Term, _ right: Term, _ node: ONNXNode) throws -> Scores {
        var scale = 1.0
        func view(_ term: Term) throws -> MapView {
            if case .formula(let formula, let view) = term, let factor = formula.factor {
                scale *= factor
                return view
            }
            return try map(term, node)
        }
        let queries = try view(left)
        var keys = try view(right)
        let rank = keys.axes.count
        guard rank >= 3, queries.axes.count == rank else {
            throw unsupported(node, "multiplies \(queries) with \(keys)")
        }
        keys.axes.swapAt(rank - 1, rank - 2)
        guard queries.axes == keys.axes, queries.value.shape == keys.value.shape,
            heads(of: queries) != nil
        else { throw unsupported(node, "multiplies \(queries) with \(keys), transposed") }
        return Scores(queries: queries, keys: keys, scale: scale)
    }

    /// `softmax(scale · q · k) · v`.
    mutating func attention(
        _ scores: Scores, values: MapView, _ node: ONNXNode
    ) throws -> MapView {
        guard values.axes == scores.queries.axes,
            values.value.shape == scores.queries.value.shape,
            let heads = heads(of: values)
        else { throw unsupported(node, "weighs \(values) by the scores of \(scores.queries)") }
        let channels = values.value.channels
        let usual = 1 / (Double(channels) / Double(heads)).squareRoot()
        var queries = scores.queries.value
        if abs(scores.scale / usual - 1) > 1e-5 {
            let factors = [Float](repeating: Float(scores.scale / usual), count: channels)
            queries = try scaled(queries, by: factors, plus: nil, node)
        }
        let all = Value.concatenated(queries, [scores.keys.value, values.value])
        try check(all.shape, node)
        var result = values
        result.value = all.attention(heads: heads)
        return result
    }

    /// Into how many heads the channels of `[…, tokens, d / heads]` are dealt; nil where the axes
    /// are not those of an attention.
    private func heads(of view: MapView) -> Int? {
        let (shape, last) = (view.value.shape, view.axes.count - 1)
        guard shape.height == 1, last >= 2, view.isWhole(last - 1, .column),
            view.axes[last].count == 1, let head = view.axes[last].first,
            head.axis == .channel, head.step == 1, shape.channels % head.size == 0
        else { return nil }
        let heads = shape.channels / head.size
        let batch = MapView.Factor(axis: .batch, size: batch, step: 1)
        var expected = [batch]
        if heads > 1 {
            expected.append(MapView.Factor(axis: .channel, size: heads, step: head.size))
        }
        return Array(view.axes[..<(last - 1)].joined()) == expected ? heads : nil
    }
}
