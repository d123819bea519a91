import Networks

/// The range that a value's numbers were seen in.
package struct ValueRange: Sendable, Hashable, Codable {
    /// The smallest number.
    package var low: Float
    /// The largest number.
    package var high: Float

    /// Names both ends.
    package init(low: Float, high: Float) {
        self.low = low
        self.high = high
    }

    func union(_ other: ValueRange) -> ValueRange {
        ValueRange(low: min(low, other.low), high: max(high, other.high))
    }
}

extension LayerGraph {
    /// The format of each layer's result: scales and zero points of u8 from recorded ranges.
    ///
    /// Layers that only choose among or average numbers, and concatenations, share the format of
    /// their inputs, so that nothing has to be scaled anew; they need no range of their own.
    func formats(
        _ elements: [Element], ranges: [Node.ID: ValueRange]
    ) throws(InferenceError) -> [Format] {
        var group = Array(layers.indices)
        func find(_ index: Int) -> Int {
            var index = index
            while group[index] != index { index = group[index] }
            return index
        }
        for (index, layer) in layers.enumerated()
        where elements[index] == .u8 && layer.kind.keepsFormat {
            for input in layer.inputs where elements[input] == .u8 {
                group[find(input)] = find(index)
            }
        }
        var shared: [Int: ValueRange] = [:]
        for index in layers.indices where elements[index] == .u8 {
            guard let range = ranges[layers[index].node] else { continue }
            let root = find(index)
            shared[root] = shared[root]?.union(range) ?? range
        }
        for index in layers.indices where elements[index] == .u8 && shared[find(index)] == nil {
            throw .noRange(node: layers[index].node)
        }
        return layers.indices.map { index in
            switch elements[index] {
            case .f32: return .f32
            case .bf16: return .bf16
            case .u8:
                let range = shared[find(index)] ?? ValueRange(low: 0, high: 1)
                return .u8(from: range.low, to: range.high)
            }
        }
    }
}

extension Layer.Kind {
    fileprivate var keepsFormat: Bool {
        switch self {
        case .maxPool, .averagePool, .concatenate, .window: true
        default: false
        }
    }
}
