import Checkpoints
import Networks

extension GraphReader {
    /// `QuantizeLinear` of a map, followed by its inverse: the map within the bounds of the 8 bits.
    ///
    /// The bounds are kept, since exporters let them stand for an activation. The rounding between
    /// them is left off: it stands for arithmetic in 8 bits, which this is not.
    mutating func quantised(_ node: ONNXNode) throws -> Term {
        guard let scale = try number(1, of: node), scale > 0, scale.isFinite else {
            throw invalid(node, "has no scale")
        }
        let zero = try number(2, of: node) ?? 0
        let isSigned = try constant(2, of: node).map { $0.tensor.type == .i8 } ?? false
        let (low, high) = isSigned ? (-128.0, 127.0) : (0.0, 255.0)
        let (formula, view) = try formula(try required(0, of: node), node)
        let bounds = Activation.clamp(
            low: Float((low - zero) * scale), high: Float((high - zero) * scale))
        note(
            "the bounds of its quantised maps are kept, their rounding to 8 bits is left off: "
                + "it runs in the precision of the pipeline")
        for output in node.outputs { quantisers[output] = Quantiser(scale: scale, zero: zero) }
        return .formula(.activation(bounds, formula), of: view)
    }

    /// `DequantizeLinear` of a map: the inverse of the step before it.
    mutating func dequantised(_ node: ONNXNode) throws -> Term {
        let quantiser = Quantiser(
            scale: try number(1, of: node) ?? 0, zero: try number(2, of: node) ?? 0)
        guard let name = node.inputs.first, quantisers[name] == quantiser else {
            throw unsupported(node, "does not undo the quantisation before it")
        }
        return try required(0, of: node)
    }

    /// Both steps over numbers: what is stored in 8 bits becomes what it stands for.
    mutating func foldedQuantisation(_ node: ONNXNode) throws -> Constant {
        let numbers = try requiredConstant(0, of: node)
        let scale = try requiredConstant(1, of: node)
        let zero = try constant(2, of: node)
        guard try node.integer("block_size", default: 0) == 0 else {
            throw unsupported(node, "has a scale for each block")
        }
        try spend(numbers.count)
        let scales = try scale.tensor.floats()
        let zeros = try zero?.tensor.floats() ?? [0]
        var inner = 1
        if scales.count > 1 {
            let axis = try node.axis(
                try node.integer("axis", default: 1), rank: numbers.shape.count)
            inner = numbers.shape[(axis + 1)...].reduce(1) { $0 * $1 }
            guard numbers.shape[axis] == scales.count else {
                throw invalid(node, "has \(scales.count) scales for shape \(numbers.shape)")
            }
        }
        guard !scales.isEmpty, zeros.count == 1 || zeros.count == scales.count, inner > 0 else {
            throw invalid(node, "has \(zeros.count) zeros for \(scales.count) scales")
        }
        let isSigned = zero.map { $0.tensor.type == .i8 } ?? false
        var values = try numbers.tensor.floats()
        for index in values.indices {
            let group = index / inner % scales.count
            let zero = zeros[zeros.count == 1 ? 0 : group]
            if node.operation == "DequantizeLinear" {
                values[index] = (values[index] - zero) * scales[group]
            } else {
                let (low, high): (Float, Float) = isSigned ? (-128, 127) : (0, 255)
                let step = (values[index] / scales[group]).rounded(.toNearestOrEven) + zero
                values[index] = min(max(step, low), high)
            }
        }
        return Constant(try .init("", shape: numbers.shape, values: values, path: file.path))
    }
}

/// How a map was quantised.
struct Quantiser: Equatable {
    let scale: Double
    let zero: Double
}
