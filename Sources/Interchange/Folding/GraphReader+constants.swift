import Checkpoints

extension GraphReader {
    /// `Constant`.
    func constant(of node: ONNXNode) throws -> Constant {
        for (name, attribute) in node.attributes {
            switch (name, attribute) {
            case ("value", .tensor(let tensor)): return Constant(tensor)
            case ("value_int", .integer(let integer)):
                return try folded([Double(integer)], [], isInteger: true)
            case ("value_ints", .integers(let integers)):
                return try folded(
                    integers.map(Double.init), [integers.count], isInteger: true)
            case ("value_float", .number(let number)):
                return try folded([Double(number)], [], isInteger: false)
            case ("value_floats", .numbers(let numbers)):
                return try folded(numbers.map(Double.init), [numbers.count], isInteger: false)
            default: continue
            }
        }
        throw unsupported(node, "holds no numbers")
    }

    /// `ConstantOfShape`: one number everywhere.
    func filled(_ node: ONNXNode) throws -> Constant {
        let zero = try folded([0], [1], isInteger: false)
        let value: Constant =
            switch node.attributes["value"] {
            case nil: zero
            case .tensor(let tensor) where tensor.count == 1: Constant(tensor)
            default: throw invalid(node, "has no value")
            }
        let shape = withoutBatch(try integers(0, of: node) ?? [])
        guard shape.allSatisfy({ $0 >= 0 }), shape.count <= 8, let count = product(shape),
            count <= Self.maximumMap
        else { throw unsupported(node, "makes numbers of shape \(shape)") }
        return try Constant(repeating: value, shape: shape, path: file.path)
    }

    /// `Expand`: a constant repeated; along the batch it is left as it is, one for all images.
    mutating func expanded(_ node: ONNXNode) throws -> Constant {
        let constant = try requiredConstant(0, of: node)
        let target = withoutBatch(try integers(1, of: node) ?? [])
        guard target.allSatisfy({ $0 >= 0 }), let shape = broadcast(constant.shape, target),
            let count = product(shape), count <= Constant.limit
        else { throw unsupported(node, "repeats numbers of \(constant.shape) to \(target)") }
        if shape == constant.shape { return constant }
        try spend(count)
        let numbers = try numbers(of: constant, node)
        let extents =
            [Int](repeating: 1, count: shape.count - constant.shape.count) + constant.shape
        let result = (0..<count).map { index in
            var (rest, place, step) = (index, 0, 1)
            for axis in shape.indices.reversed() {
                if extents[axis] > 1 { place += rest % shape[axis] * step }
                rest /= shape[axis]
                step *= extents[axis]
            }
            return numbers[place]
        }
        return try folded(result, shape, isInteger: constant.isInteger)
    }

    /// Extents with 1 for the batch: a number that is the same for all images is kept once.
    private func withoutBatch(_ shape: [Int]) -> [Int] {
        fixesBatch ? shape : shape.map { $0 == batch ? 1 : $0 }
    }

    /// `Range`.
    mutating func range(_ node: ONNXNode) throws -> Constant {
        let constants = try (0..<3).map { try requiredConstant($0, of: node) }
        let numbers = try constants.compactMap { try $0.uniform() }
        guard numbers.count == 3, numbers[2] != 0,
            case let count = ((numbers[1] - numbers[0]) / numbers[2]).rounded(.up),
            count <= Double(Constant.limit)
        else { throw unsupported(node, "has no end") }
        let places = 0..<max(Int(saturating: count), 0)
        try spend(places.count)
        return try folded(
            places.map { numbers[0] + Double($0) * numbers[2] }, [places.count],
            isInteger: constants.allSatisfy(\.isInteger))
    }

    /// `Cast`.
    mutating func cast(_ node: ONNXNode) throws -> Constant {
        let constant = try requiredConstant(0, of: node)
        let kind = Onnx_TensorProto.DataType(rawValue: try node.integer("to", default: 1))
        switch kind {
        case .float, .double, .float16, .bfloat16:
            if !constant.isInteger { return constant }
            return try folded(numbers(of: constant, node), constant.shape, isInteger: false)
        case .int64, .int32, .int16, .int8, .uint8:
            if constant.isInteger { return constant }
            return try folded(numbers(of: constant, node), constant.shape, isInteger: true)
        case .bool:
            let numbers = try numbers(of: constant, node)
            return try folded(numbers.map { $0 == 0 ? 0 : 1 }, constant.shape, isInteger: true)
        default: throw unsupported(node, "makes numbers of another kind")
        }
    }

    /// An operator that only changes the shape of a constant.
    mutating func reshapedConstant(_ node: ONNXNode) throws -> Constant {
        let constant = try requiredConstant(0, of: node)
        let shape = try extents(of: node, over: constant.shape)
        guard product(shape) == constant.count, shape.count <= 8 else {
            throw invalid(node, "reshapes \(constant.shape) to \(shape)")
        }
        if let view = constant.tensor.reshaped(shape) { return Constant(view) }
        try spend(constant.count)
        let values = try constant.tensor.floats()
        return Constant(try Tensor("", shape: shape, values: values, path: file.path))
    }

    /// `ReduceProd` of all numbers.
    mutating func multipliedAll(_ node: ONNXNode) throws -> Constant {
        let constant = try requiredConstant(0, of: node)
        guard constant.shape.count <= 1 else { throw unsupported(node, "is over many axes") }
        let keeps = try node.integer("keepdims", default: 1) != 0
        return try folded(
            [numbers(of: constant, node).reduce(1, *)], keeps ? [1] : [],
            isInteger: constant.isInteger)
    }
}
