extension Tensor {
    /// A tensor of computed `values`, row-major, that come from the file at `path`.
    ///
    /// Throws ``CheckpointError/corrupt(path:detail:)`` where shape and count disagree.
    package init(
        _ name: String, shape: [Int], values: [Float], path: String
    ) throws(CheckpointError) {
        let home = values.withUnsafeBytes { ComputedBytes($0, path: path) }
        let storage = try TensorStorage(
            home, type: .f32, count: values.count, in: 0..<home.bytes.count)
        try self.init(name, shape: shape, of: storage)
    }

    /// The same tensor under another name.
    package func renamed(_ name: String) -> Tensor {
        Tensor(
            name: name, shape: shape, type: type, strides: strides, home: home, extent: extent)
    }

    /// The tensor with its axes in another order: axis `i` of the result is axis `order[i]`.
    ///
    /// Nothing is copied. `order` is a permutation of the axes, or the tensor is returned as it is.
    package func transposed(_ order: [Int]) -> Tensor {
        guard order.sorted() == Array(shape.indices) else { return self }
        return Tensor(
            name: name, shape: order.map { shape[$0] }, type: type,
            strides: order.map { strides[$0] }, home: home, extent: extent)
    }

    /// The tensor's elements in their order under another shape, without a copy.
    ///
    /// Nil where the counts differ, or where that cannot be said without moving elements.
    package func reshaped(_ shape: [Int]) -> Tensor? {
        guard shape.count <= Self.maximumRank, shape.allSatisfy({ $0 >= 0 }),
            shape.reduce(1, { $0.multipliedReportingOverflow(by: $1).partialValue }) == count
        else { return nil }
        let isUniform = strides.allSatisfy { $0 == 0 }
        guard isContiguous || isUniform else { return nil }
        var strides = [Int](repeating: 0, count: shape.count)
        var step = isUniform && !self.strides.isEmpty ? 0 : 1
        for axis in shape.indices.reversed() {
            strides[axis] = step
            step *= shape[axis]
        }
        return Tensor(
            name: name, shape: shape, type: type, strides: strides, home: home, extent: extent)
    }
}
