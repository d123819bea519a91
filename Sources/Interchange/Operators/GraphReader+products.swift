import Checkpoints
import Networks

extension GraphReader {
    /// `Gemm`: `alpha · A · B + beta · C` with weights for `B`.
    mutating func gemm(_ node: ONNXNode) throws -> MapView {
        guard try node.integer("transA", default: 0) == 0 else {
            throw unsupported(node, "reads its input transposed")
        }
        let isTransposed = try node.integer("transB", default: 0) != 0
        let weight = try requiredConstant(1, of: node)
        guard weight.shape.count == 2 else {
            throw invalid(node, "has weights of shape \(weight.shape)")
        }
        let outputs = weight.shape[isTransposed ? 0 : 1]
        let beta = try node.number("beta", default: 1)
        var bias: [Float]?
        if let addend = try constant(2, of: node), beta != 0 {
            if addend.count == outputs, addend.shape.last == outputs {
                bias = try addend.tensor.floats().map { Float(beta) * $0 }
            } else if let number = try addend.uniform(), outputs <= Constant.limit {
                bias = [Float](repeating: Float(beta * number), count: outputs)
            } else {
                throw unsupported(node, "adds numbers of shape \(addend.shape)")
            }
        }
        return try linear(
            try map(0, of: node),
            isTransposed ? weight : Constant(weight.tensor.transposed([1, 0])),
            scale: Float(try node.number("alpha", default: 1)), bias: bias, node)
    }

    /// `MatMul`: with weights on the right, or of queries with keys and of their shares with values.
    mutating func matrixProduct(_ node: ONNXNode) throws -> Term {
        let (left, right) = (try required(0, of: node), try required(1, of: node))
        switch (left, right) {
        case (.scores(let scores), _) where scores.areShares:
            return .map(try attention(scores, values: try map(right, node), node))
        case (.constant, _):
            throw unsupported(node, "multiplies weights with a map from the right")
        case (_, .constant(let weight)):
            guard weight.shape.count == 2 else {
                throw unsupported(node, "has weights of shape \(weight.shape)")
            }
            let transposed = Constant(weight.tensor.transposed([1, 0]))
            return .map(
                try linear(try map(left, node), transposed, scale: 1, bias: nil, node))
        default:
            return .scores(try scores(left, right, node))
        }
    }

    /// Multiplies the last axis of `input` with `weight`, `[outputs, inputs]`.
    private mutating func linear(
        _ input: MapView, _ weight: Constant, scale: Float, bias: [Float]?, _ node: ONNXNode
    ) throws -> MapView {
        let input = input.settled
        let shape = input.value.shape
        guard let last = input.axes.last, let inputs = input.extents.last,
            weight.shape[1] == inputs, weight.shape[0] > 0
        else {
            throw invalid(
                node, "multiplies \(input) with weights of shape \(weight.shape), transposed")
        }
        let outputs = weight.shape[0]
        let others = input.axes.dropLast().joined().filter { $0.axis != .batch }
        let isWholeMap = others.isEmpty
        guard isWholeMap || input.isWhole(input.axes.count - 1, .channel),
            !last.contains(where: { $0.axis == .batch && $0.size > 1 })
        else { throw unsupported(node, "multiplies along the last axis of \(input)") }

        let matrix = try weights(
            weight, scale: scale, order: last.filter { $0.axis != .batch }, shape, node)
        let layer = Linear(
            channels: outputs, weight: matrix,
            bias: try bias.map {
                try parameters.name($0, shape: [outputs], for: "\(node.name).bias")
            })
        let height = isWholeMap ? 1 : shape.height
        let width = isWholeMap ? 1 : shape.width
        try check(Shape(channels: outputs, height: height, width: width), node)
        let value = isWholeMap ? input.value.linear(layer) : input.value.pointwiseLinear(layer)
        let result = MapView.whole(.channel, of: value.shape)
        // A batch of one image may have been flattened together with it.
        let kept = last.filter { $0.axis == .batch }
        return MapView(value, axes: input.axes.dropLast() + [kept + result])
    }

    /// The name of a matrix whose columns stand in the order in which a map's numbers lie.
    private mutating func weights(
        _ weight: Constant, scale: Float, order: [MapView.Factor], _ shape: Shape,
        _ node: ONNXNode
    ) throws -> String {
        let hint = "\(node.name).weight"
        let places: [MapView.Axis] = [.channel, .row, .column]
        let natural = places.flatMap { MapView.whole($0, of: shape) }
        var tensor = weight.tensor
        if order != natural, order.count > 1 {
            let places = natural.compactMap { order.firstIndex(of: $0) }
            let extents = order.map(\.size)
            guard places.count == order.count, order.count == natural.count else {
                throw unsupported(node, "multiplies a map whose numbers are out of order")
            }
            // Whichever way the file has the matrix, one of these takes its inputs apart.
            if let wide = tensor.reshaped([weight.shape[0]] + extents) {
                tensor = wide.transposed([0] + places.map { $0 + 1 })
            } else if let wide = tensor.transposed([1, 0]).reshaped(extents + [weight.shape[0]]) {
                tensor = wide.transposed([extents.count] + places)
            } else {
                throw unsupported(node, "has weights that lie in the file with gaps")
            }
        }
        guard scale == 1 else {
            let values = try tensor.floats().map { scale * $0 }
            return try parameters.name(values, shape: weight.shape, for: hint)
        }
        return try parameters.name(Constant(tensor), shape: weight.shape, for: hint)
    }
}
