import Networks

extension GraphReader {
    /// `Concat` of maps over channels, or of a class token with the tokens of a map.
    mutating func concatenation(_ node: ONNXNode) throws -> Term {
        if let result = try classToken(node) { return .map(result) }
        let views = try node.inputs.indices.map { try map($0, of: node).settled }
        guard let first = views.first else { throw invalid(node, "has no inputs") }
        let axis = try node.axis(
            try node.integer("axis", default: 1), rank: first.axes.count)
        for view in views {
            var others = (view.axes, first.axes)
            guard others.0.count == others.1.count, view.isWhole(axis, .channel) else {
                throw unsupported(node, "does not join channels, but axis \(axis) of \(view)")
            }
            others.0[axis] = []
            others.1[axis] = []
            guard others.0 == others.1, view.value.shape.height == first.value.shape.height,
                view.value.shape.width == first.value.shape.width
            else { throw unsupported(node, "joins \(first) with \(view)") }
        }
        let shape = first.value.shape
        try check(
            Shape(
                channels: views.reduce(0) { $0 + $1.value.channels }, height: shape.height,
                width: shape.width), node)
        var result = first
        result.value = .concatenated(first.value, views.dropFirst().map(\.value))
        result.axes[axis] = MapView.whole(.channel, of: result.value.shape)
        return .map(result)
    }

    /// A constant token put before the tokens of a map; nil where that is not what is joined.
    private mutating func classToken(_ node: ONNXNode) throws -> MapView? {
        guard node.inputs.count == 2,
            case .constant(let token) = try required(0, of: node)
        else { return nil }
        let view = try map(1, of: node).settled
        let axis = try node.axis(try node.integer("axis", default: 1), rank: view.axes.count)
        let channels = view.value.channels
        guard token.count == channels, token.shape.count == view.axes.count,
            token.shape[axis] == 1,
            view.axes.contains(MapView.whole(.channel, of: view.value.shape))
        else { throw unsupported(node, "joins numbers of shape \(token.shape) with \(view)") }
        let positions = [MapView.Axis.row, .column].flatMap {
            MapView.whole($0, of: view.value.shape)
        }
        guard view.axes[axis] == positions else {
            throw unsupported(node, "joins numbers of shape \(token.shape) with \(view)")
        }
        let name = try parameters.name(
            token, shape: [1, 1, channels], for: "\(node.name).token")
        return try sequence(view, Tokens(classToken: name, position: nil), node)
    }

    /// `Split` into neighbouring parts.
    mutating func split(_ node: ONNXNode) throws -> [Term] {
        let view = try map(0, of: node).settled
        let axis = try node.axis(try node.integer("axis", default: 0), rank: view.axes.count)
        var start = 0
        return try parts(of: node, extent: view.extents[axis]).map { count in
            defer { start += count }
            return .map(try sliced(view, axis, start..<start + count, node))
        }
    }

    /// How far each output of a `Split` reaches.
    func parts(of node: ONNXNode, extent: Int) throws -> [Int] {
        // Sizes are an input since version 13, a setting before.
        if let sizes = try node.integers("split") ?? integers(1, of: node) {
            guard sizes.count == node.outputs.count, sizes.allSatisfy({ $0 >= 0 && $0 <= extent }),
                sizes.reduce(0, { $0.addingReportingOverflow($1).partialValue }) == extent
            else { throw invalid(node, "splits \(extent) into \(sizes)") }
            guard !sizes.contains(0) else {
                throw unsupported(node, "leaves nothing in a part of \(sizes)")
            }
            return sizes
        }
        let count = try node.integer("num_outputs", default: node.outputs.count)
        guard count == node.outputs.count, count > 0, count <= extent else {
            throw invalid(node, "splits \(extent) into \(count)")
        }
        let size = (extent + count - 1) / count
        let last = extent - (count - 1) * size
        guard last > 0 else { throw invalid(node, "splits \(extent) into \(count)") }
        return [Int](repeating: size, count: count - 1) + [last]
    }

    /// `Slice` without steps.
    mutating func slice(_ node: ONNXNode) throws -> Term {
        var view = try map(0, of: node).settled
        for (axis, range) in try ranges(of: node, over: view.extents) {
            guard range.step == 1 else { throw unsupported(node, "takes every other number") }
            view = try sliced(view, axis, range.start..<range.start + range.count, node)
        }
        return .map(view)
    }

    /// `Gather` of neighbours, such as of one token.
    mutating func gather(_ node: ONNXNode) throws -> Term {
        let view = try map(0, of: node).settled
        let axis = try node.axis(try node.integer("axis", default: 0), rank: view.axes.count)
        let indices = try requiredConstant(1, of: node)
        let extent = view.extents[axis]
        let places = try integers(1, of: node).map { $0.map { $0 < 0 ? $0 &+ extent : $0 } } ?? []
        guard let first = places.first, indices.shape.count <= 1,
            places == Array(first..<first + places.count), first >= 0,
            first + places.count <= extent
        else { throw unsupported(node, "does not take neighbours of \(view)") }
        var result = try sliced(view, axis, first..<first + places.count, node)
        if indices.shape.isEmpty { result.axes.remove(at: axis) }
        return .map(result)
    }

    /// The places in `range` of ONNX's axis `axis`.
    func sliced(
        _ view: MapView, _ axis: Int, _ range: Range<Int>, _ node: ONNXNode
    ) throws -> MapView {
        if range == 0..<view.extents[axis] { return view }
        guard view.axes[axis].count == 1, let factor = view.axes[axis].first,
            factor.axis != .batch, !range.isEmpty,
            factor.step * factor.size == view.value.shape.extent(of: factor.axis)
        else { throw unsupported(node, "takes a part of axis \(axis) of \(view)") }
        let (start, count) = (range.lowerBound * factor.step, range.count * factor.step)
        var (offset, shape) = (Offset(), view.value.shape)
        switch factor.axis {
        case .channel: (offset.channel, shape.channels) = (start, count)
        case .row: (offset.row, shape.height) = (start, count)
        case .column: (offset.column, shape.width) = (start, count)
        case .batch: break
        }
        var result = view
        result.value = view.value.slice(at: offset, shape)
        result.axes[axis] =
            range.count == 1
            ? [] : [MapView.Factor(axis: factor.axis, size: range.count, step: factor.step)]
        return result
    }

    /// `Pad` of rows and columns by a number; negative padding cuts off.
    mutating func pad(_ node: ONNXNode) throws -> MapView {
        var view = try map(0, of: node).settled
        let rank = view.axes.count
        guard try node.text("mode", default: "constant") == "constant" else {
            throw unsupported(node, "pads by what is in the map")
        }
        // Amounts are an input since version 11, a setting before.
        let amounts = try integers(1, of: node) ?? node.integers("pads") ?? []
        let axes =
            try integers(3, of: node).map { try node.axes($0, rank: rank) } ?? Array(0..<rank)
        guard amounts.count == 2 * axes.count,
            amounts.allSatisfy(ONNXNode.reasonable.contains)
        else { throw invalid(node, "pads \(rank) axes by \(amounts)") }
        let number = try number(2, of: node) ?? node.number("value", default: 0)
        var padding = Padding()
        var cuts: [(axis: Int, before: Int, after: Int)] = []
        for (index, axis) in axes.enumerated() {
            let (before, after) = (amounts[index], amounts[index + axes.count])
            if before == 0, after == 0 { continue }
            if view.isWhole(axis, .row) {
                (padding.top, padding.bottom) = (max(before, 0), max(after, 0))
            } else if view.isWhole(axis, .column) {
                (padding.left, padding.right) = (max(before, 0), max(after, 0))
            } else {
                throw unsupported(node, "pads axis \(axis) of \(view)")
            }
            cuts.append((axis, max(-before, 0), max(-after, 0)))
        }
        let shape = view.value.shape
        try check(
            Shape(
                channels: shape.channels, height: shape.height + padding.top + padding.bottom,
                width: shape.width + padding.left + padding.right), node)
        if padding != Padding() {
            view.value = view.value.padded(padding, value: Float(number))
            for cut in cuts {
                let axis = view.axes[cut.axis].first?.axis ?? .row
                view.axes[cut.axis] = MapView.whole(axis, of: view.value.shape)
            }
        }
        for cut in cuts {
            let extent = view.extents[cut.axis]
            guard cut.before + cut.after < extent else {
                throw invalid(node, "cuts everything off")
            }
            view = try sliced(view, cut.axis, cut.before..<extent - cut.after, node)
        }
        return view
    }
}

extension GraphReader {
    /// Where and how far a `Slice` reaches along each of its axes.
    func ranges(
        of node: ONNXNode, over extents: [Int]
    ) throws -> [(axis: Int, range: (start: Int, count: Int, step: Int))] {
        // Settings before version 10, inputs since.
        let starts = try integers(1, of: node) ?? node.integersAsTheyAre("starts")
        let ends = try integers(2, of: node) ?? node.integersAsTheyAre("ends")
        guard let starts, let ends, starts.count == ends.count else {
            throw invalid(node, "does not say where it starts and ends")
        }
        let named = try integers(3, of: node) ?? node.integers("axes") ?? Array(starts.indices)
        let axes = try node.axes(named, rank: extents.count)
        let steps = try integers(4, of: node) ?? [Int](repeating: 1, count: starts.count)
        guard axes.count == starts.count, steps.count == starts.count,
            steps.allSatisfy({ $0 != 0 && ONNXNode.reasonable.contains($0) })
        else { throw invalid(node, "has starts, ends, axes and steps of different number") }
        return zip(axes, zip(steps, zip(starts, ends))).map { axis, part in
            let (step, (start, end)) = part
            let extent = extents[axis]
            func place(_ index: Int, _ low: Int, _ high: Int) -> Int {
                min(max(index < 0 ? index + extent : index, low), high)
            }
            let first = step > 0 ? place(start, 0, extent) : place(start, -1, extent - 1)
            let last = step > 0 ? place(end, 0, extent) : place(end, -1, extent - 1)
            let distance = step > 0 ? last - first : first - last
            let count = max((distance + abs(step) - 1) / abs(step), 0)
            return (axis, (first, count, step))
        }
    }
}
