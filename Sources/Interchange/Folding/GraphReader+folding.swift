import Checkpoints

extension GraphReader {
    /// What a node makes whose inputs are all numbers; nil where one is a map, or where the operator
    /// is not one that exporters apply to numbers.
    mutating func folded(_ node: ONNXNode) throws -> [Term]? {
        if node.operation == "Shape" || node.operation == "Size" {
            return [.constant(try extents(node))]
        }
        let inputs = try node.inputs.indices.map { try term($0, of: node) }
        for case .some(let input) in inputs {
            guard case .constant = input else { return nil }
        }
        switch node.operation {
        case "Split": return try foldedSplit(node).map { .constant($0) }
        case "QuantizeLinear", "DequantizeLinear": return [.constant(try foldedQuantisation(node))]
        default: return try foldedConstant(node).map { [.constant($0)] }
        }
    }

    private mutating func foldedConstant(_ node: ONNXNode) throws -> Constant? {
        switch node.operation {
        case "Constant": return try constant(of: node)
        case "ConstantOfShape": return try filled(node)
        case "Range": return try range(node)
        case "Identity", "Dropout": return try requiredConstant(0, of: node)
        case "Cast": return try cast(node)
        case "Reshape", "Flatten", "Squeeze", "Unsqueeze":
            return try reshapedConstant(node)
        case "Expand": return try expanded(node)
        case "Transpose":
            let constant = try requiredConstant(0, of: node)
            let order = try node.integers("perm") ?? constant.shape.indices.reversed()
            guard order.sorted() == Array(constant.shape.indices) else {
                throw invalid(node, "orders the axes of \(constant.shape) as \(order)")
            }
            return Constant(constant.tensor.transposed(order))
        case "Concat": return try joined(node)
        case "Gather": return try gathered(node)
        case "Slice": return try slicedConstant(node)
        case "ReduceProd": return try multipliedAll(node)
        case "Where": return try chosen(node)
        case "Clip": return try clipped(node)
        default:
            if let function = Arithmetic.unary[node.operation] {
                return try computed(node, function)
            }
            if let function = Arithmetic.binary[node.operation] {
                return try computed(node, function)
            }
            return nil
        }
    }

    /// The numbers of `constant`, counted against what may be computed.
    mutating func numbers(of constant: Constant, _ node: ONNXNode) throws -> [Double] {
        guard constant.count <= Constant.limit, let numbers = try constant.numbers() else {
            throw unsupported(node, "computes with \(constant.count) constant numbers")
        }
        try spend(numbers.count + 1)
        return numbers
    }

    func folded(_ numbers: [Double], _ shape: [Int], isInteger: Bool) throws -> Constant {
        try Constant(numbers, shape: shape, isInteger: isInteger, path: file.path)
    }

    /// `Shape` and `Size`, of a map or of numbers.
    private func extents(_ node: ONNXNode) throws -> Constant {
        let extents: [Int]
        switch try required(0, of: node) {
        case .constant(let constant): extents = constant.shape
        case .formula(_, let view), .shares(let view, _): extents = view.extents
        case .scores: throw unsupported(node, "asks for the extent of an attention's scores")
        }
        if node.operation == "Size" {
            return try folded([Double(product(extents) ?? 0)], [], isInteger: true)
        }
        func place(_ index: Int) -> Int {
            min(max(index < 0 ? index + extents.count : index, 0), extents.count)
        }
        let start = place(try node.integer("start", default: 0))
        let end = place(try node.integer("end", default: extents.count))
        let part = start < end ? extents[start..<end].map(Double.init) : []
        return try folded(part, [part.count], isInteger: true)
    }

    /// `Clip`: exporters write `max(n, 0)` so, in the padding that TensorFlow's networks compute.
    private mutating func clipped(_ node: ONNXNode) throws -> Constant {
        let constant = try requiredConstant(0, of: node)
        let low = try number(1, of: node) ?? node.number("min", default: -.infinity)
        let high = try number(2, of: node) ?? node.number("max", default: .infinity)
        let numbers = try numbers(of: constant, node)
        return try folded(
            numbers.map { min(max($0, low), high) }, constant.shape,
            isInteger: constant.isInteger)
    }

    private mutating func computed(
        _ node: ONNXNode, _ function: Arithmetic.Unary
    ) throws -> Constant {
        let constant = try requiredConstant(0, of: node)
        let numbers = try numbers(of: constant, node)
        return try folded(
            numbers.map(function.body), constant.shape,
            isInteger: constant.isInteger && function.keepsIntegers)
    }

    private mutating func computed(
        _ node: ONNXNode, _ function: Arithmetic.Binary
    ) throws -> Constant {
        var result = try requiredConstant(0, of: node)
        for index in node.inputs.indices.dropFirst() {
            let other = try requiredConstant(index, of: node)
            let isInteger = result.isInteger && other.isInteger
            result = try combined([result, other], node) { numbers in
                function.body(numbers[0], numbers[1], isInteger)
            }
        }
        return result
    }

    /// `Where`.
    private mutating func chosen(_ node: ONNXNode) throws -> Constant {
        let inputs = try (0..<3).map { try requiredConstant($0, of: node) }
        return try combined(inputs, isInteger: inputs[1].isInteger && inputs[2].isInteger, node) {
            $0[0] != 0 ? $0[1] : $0[2]
        }
    }

    /// Numbers combined one by one, an axis of extent 1 stretched.
    private mutating func combined(
        _ inputs: [Constant], isInteger: Bool? = nil, _ node: ONNXNode,
        _ body: ([Double]) -> Double
    ) throws -> Constant {
        var shape: [Int] = []
        for input in inputs {
            guard let wider = broadcast(shape, input.shape) else {
                throw invalid(node, "combines shapes \(inputs.map(\.shape))")
            }
            shape = wider
        }
        guard let count = product(shape), count <= Constant.limit else {
            throw unsupported(node, "computes with constant numbers of shape \(shape)")
        }
        try spend(count)
        let numbers = try inputs.map { try self.numbers(of: $0, node) }
        let steps = inputs.map { Self.steps($0.shape, in: shape) }
        var result: [Double] = []
        result.reserveCapacity(count)
        for index in 0..<count {
            var rest = index
            var places = [Int](repeating: 0, count: inputs.count)
            for axis in shape.indices.reversed() {
                let place = rest % shape[axis]
                rest /= shape[axis]
                for input in inputs.indices { places[input] += place * steps[input][axis] }
            }
            result.append(body(inputs.indices.map { numbers[$0][places[$0]] }))
        }
        return try folded(
            result, shape, isInteger: isInteger ?? inputs.allSatisfy(\.isInteger))
    }

    /// How far apart neighbours of `shape` lie along each axis of a `wider` one, 0 where stretched.
    private static func steps(_ shape: [Int], in wider: [Int]) -> [Int] {
        var steps = [Int](repeating: 0, count: wider.count)
        var step = 1
        for (axis, extent) in shape.enumerated().reversed() {
            steps[axis + wider.count - shape.count] = extent == 1 ? 0 : step
            step *= extent
        }
        return steps
    }
}
