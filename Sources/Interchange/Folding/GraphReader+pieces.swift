extension GraphReader {
    /// `Concat` of numbers.
    mutating func joined(_ node: ONNXNode) throws -> Constant {
        let inputs = try node.inputs.indices.map { try requiredConstant($0, of: node) }
        guard let first = inputs.first else { throw invalid(node, "has no inputs") }
        let axis = try node.axis(
            try node.integer("axis", default: 0), rank: first.shape.count)
        var shape = first.shape
        shape[axis] = 0
        for input in inputs {
            guard input.shape.count == shape.count,
                shape.indices.allSatisfy({ $0 == axis || input.shape[$0] == shape[$0] })
            else { throw invalid(node, "joins shapes \(inputs.map(\.shape))") }
            shape[axis] += input.shape[axis]
        }
        let numbers = try inputs.map { try self.numbers(of: $0, node) }
        let outer = shape[..<axis].reduce(1, *)
        var result: [Double] = []
        for row in 0..<outer {
            for (input, numbers) in zip(inputs, numbers) {
                let length = input.shape[axis...].reduce(1, *)
                result += numbers[row * length..<(row + 1) * length]
            }
        }
        return try folded(result, shape, isInteger: inputs.allSatisfy(\.isInteger))
    }

    /// `Gather` of numbers along an axis.
    mutating func gathered(_ node: ONNXNode) throws -> Constant {
        let (data, indices) = (try requiredConstant(0, of: node), try requiredConstant(1, of: node))
        let axis = try node.axis(
            try node.integer("axis", default: 0), rank: data.shape.count)
        let extent = data.shape[axis]
        let places = try numbers(of: indices, node).map { index in
            let place = Int(saturating: index)
            return place < 0 ? place + extent : place
        }
        guard places.allSatisfy((0..<extent).contains) else {
            throw invalid(node, "takes numbers beyond shape \(data.shape)")
        }
        let result = try picked(data, axis, places, node)
        var shape = data.shape
        shape.replaceSubrange(axis...axis, with: indices.shape)
        return try folded(result, shape, isInteger: data.isInteger)
    }

    /// `Slice` of numbers.
    mutating func slicedConstant(_ node: ONNXNode) throws -> Constant {
        var result = try requiredConstant(0, of: node)
        for (axis, range) in try ranges(of: node, over: result.shape) {
            let places = (0..<range.count).map { range.start + $0 * range.step }
            var shape = result.shape
            shape[axis] = range.count
            let numbers = try picked(result, axis, places, node)
            result = try folded(numbers, shape, isInteger: result.isInteger)
        }
        return result
    }

    /// `Split` of numbers.
    mutating func foldedSplit(_ node: ONNXNode) throws -> [Constant] {
        let data = try requiredConstant(0, of: node)
        let axis = try node.axis(
            try node.integer("axis", default: 0), rank: data.shape.count)
        var start = 0
        var results: [Constant] = []
        for count in try parts(of: node, extent: data.shape[axis]) {
            var shape = data.shape
            shape[axis] = count
            let numbers = try picked(data, axis, Array(start..<start + count), node)
            results.append(try folded(numbers, shape, isInteger: data.isInteger))
            start += count
        }
        return results
    }

    /// The numbers at `places` of an axis.
    private mutating func picked(
        _ data: Constant, _ axis: Int, _ places: [Int], _ node: ONNXNode
    ) throws -> [Double] {
        let numbers = try numbers(of: data, node)
        let outer = data.shape[..<axis].reduce(1, *)
        let inner = data.shape[(axis + 1)...].reduce(1, *)
        guard let count = product([outer, places.count, inner]), count <= Constant.limit else {
            throw unsupported(node, "takes \(places.count) parts of \(data.shape)")
        }
        try spend(count)
        var result: [Double] = []
        result.reserveCapacity(count)
        for row in 0..<outer {
            for place in places {
                let start = (row * data.shape[axis] + place) * inner
                result += numbers[start..<start + inner]
            }
        }
        return result
    }
}
