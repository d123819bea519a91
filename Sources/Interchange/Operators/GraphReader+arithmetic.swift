import Checkpoints
import Networks

extension GraphReader {
    /// `Add`, or `Sum` of any number of inputs.
    mutating func sum(_ node: ONNXNode) throws -> Term {
        var result = try required(0, of: node)
        for index in node.inputs.indices.dropFirst() {
            let other = try required(index, of: node)
            switch (result, other) {
            case (.constant(let constant), let map), (let map, .constant(let constant)):
                result = try shifted(map, by: constant, node)
            default:
                if let joined = joined(result, other, Formula.sum) {
                    result = joined
                } else {
                    result = .map(try combined(result, other, node) { $0 + $1 })
                }
            }
        }
        return result
    }

    /// `Sub`.
    mutating func difference(_ node: ONNXNode) throws -> Term {
        let (a, b) = (try required(0, of: node), try required(1, of: node))
        if case .constant(let constant) = b {
            return try shifted(a, by: constant, sign: -1, node)
        }
        let (formula, view) = try formula(b, node)
        let negative = Term.formula(.affine(formula, scale: -1, shift: 0), of: view)
        if case .constant(let constant) = a { return try shifted(negative, by: constant, node) }
        if let joined = joined(a, negative, Formula.sum) { return joined }
        return .map(try combined(a, negative, node) { $0 + $1 })
    }

    /// `Mul`.
    mutating func product(_ node: ONNXNode) throws -> Term {
        let (a, b) = (try required(0, of: node), try required(1, of: node))
        switch (a, b) {
        case (.constant(let constant), let map), (let map, .constant(let constant)):
            return try multiplied(map, by: constant, node) { $0 }
        default:
            if let joined = joined(a, b, Formula.product) { return joined }
            return .map(try combined(a, b, node) { $0 * $1 })
        }
    }

    /// `Div` by numbers.
    mutating func quotient(_ node: ONNXNode) throws -> Term {
        guard case .constant(let constant) = try required(1, of: node) else {
            throw unsupported(node, "divides by a map")
        }
        return try multiplied(try required(0, of: node), by: constant, node) { 1 / $0 }
    }
}

extension GraphReader {
    private mutating func shifted(
        _ term: Term, by constant: Constant, sign: Double = 1, _ node: ONNXNode
    ) throws -> Term {
        let (formula, view) = try formula(term, node)
        switch try spread(of: constant, over: view, node) {
        case .uniform(let number):
            return .formula(.affine(formula, scale: 1, shift: sign * number), of: view)
        case .channels(let numbers):
            var view = try map(term, node).settled
            view.value = try scaled(
                view.value, by: nil, plus: numbers.map { Float(sign) * $0 }, node)
            return .map(view)
        case .positions(let numbers):
            return .map(
                try positioned(try map(term, node), numbers.map { Float(sign) * $0 }, node))
        }
    }

    private mutating func multiplied(
        _ term: Term, by constant: Constant, _ node: ONNXNode, _ factor: (Double) -> Double
    ) throws -> Term {
        if case .scores(var scores) = term, !scores.areShares, let number = try constant.uniform() {
            scores.scale *= factor(number)
            return .scores(scores)
        }
        let (formula, view) = try formula(term, node)
        switch try spread(of: constant, over: view, node) {
        case .uniform(let number):
            return .formula(.affine(formula, scale: factor(number), shift: 0), of: view)
        case .channels(let numbers):
            var view = try map(term, node).settled
            view.value = try scaled(
                view.value, by: numbers.map { Float(factor(Double($0))) }, plus: nil, node)
            return .map(view)
        case .positions:
            throw unsupported(node, "weighs each position by a number of its own")
        }
    }

    /// Along what numbers differ that are added to a map or multiplied with it.
    private enum Spread {
        case uniform(Double)
        /// `[channels]`.
        case channels([Float])
        /// `[tokens, channels]`.
        case positions([Float])
    }

    private func spread(
        of constant: Constant, over view: MapView, _ node: ONNXNode
    ) throws -> Spread {
        let view = view.settled
        let missing = view.axes.count - constant.shape.count
        let extents = view.extents
        let shape = [Int](repeating: 1, count: max(missing, 0)) + constant.shape
        let fits = missing >= 0 && zip(shape, extents).allSatisfy { $0 == 1 || $0 == $1 }
        guard fits else {
            throw unsupported(node, "combines \(view) with numbers of shape \(constant.shape)")
        }
        if let number = try constant.uniform() { return .uniform(number) }
        guard constant.count <= Constant.limit else {
            throw unsupported(node, "combines a map with \(constant.count) numbers")
        }
        let varying = shape.indices.filter { shape[$0] > 1 }
        let factors = varying.flatMap { view.axes[$0] }
        let channels = MapView.whole(.channel, of: view.value.shape)
        if factors == channels { return .channels(try constant.tensor.floats()) }
        let positions = [MapView.Axis.row, .column].flatMap {
            MapView.whole($0, of: view.value.shape)
        }
        if factors == positions + channels { return .positions(try constant.tensor.floats()) }
        throw unsupported(node, "combines \(view) with numbers of shape \(constant.shape)")
    }

    /// Adds `numbers`, `[tokens, channels]`, to the positions of a map, which becomes a sequence.
    private mutating func positioned(
        _ view: MapView, _ numbers: [Float], _ node: ONNXNode
    ) throws -> MapView {
        let name = try parameters.name(
            numbers, shape: [1, numbers.count / view.value.channels, view.value.channels],
            for: "\(node.name).position")
        return try sequence(view, Tokens(classToken: nil, position: name), node)
    }

    /// The positions of a map as a sequence, which ONNX sees as one axis already.
    mutating func sequence(
        _ view: MapView, _ tokens: Tokens, _ node: ONNXNode
    ) throws -> MapView {
        let positions = [MapView.Axis.row, .column].flatMap {
            MapView.whole($0, of: view.value.shape)
        }
        guard let axis = view.axes.firstIndex(of: positions) else {
            throw unsupported(node, "does not read tokens, but \(view)")
        }
        var result = view
        result.value = view.value.tokens(tokens)
        result.axes[axis] = MapView.whole(.column, of: result.value.shape)
        return result
    }

    /// Two maps, number by number; an axis of extent 1 is stretched.
    private mutating func combined(
        _ a: Term, _ b: Term, _ node: ONNXNode, _ operation: (Value, Value) -> Value
    ) throws -> MapView {
        var (a, b) = (try map(a, node).settled, try map(b, node).settled)
        let rank = max(a.axes.count, b.axes.count)
        a.axes = [[MapView.Factor]](repeating: [], count: rank - a.axes.count) + a.axes
        b.axes = [[MapView.Factor]](repeating: [], count: rank - b.axes.count) + b.axes
        let axes = zip(a.axes, b.axes).map { $0.isEmpty ? $1 : $0 }
        let agree = zip(a.axes, b.axes).allSatisfy { $0 == $1 || $0.isEmpty || $1.isEmpty }
        let (s, t) = (a.value.shape, b.value.shape)
        let stretch = zip(
            [s.channels, s.height, s.width], [t.channels, t.height, t.width]
        ).allSatisfy { $0 == $1 || $0 == 1 || $1 == 1 }
        let batches = axes.joined().filter { $0.axis == .batch }
        guard agree, stretch, batches.count == 1 else {
            throw unsupported(node, "combines \(a) with \(b)")
        }
        return MapView(operation(a.value, b.value), axes: axes)
    }
}
