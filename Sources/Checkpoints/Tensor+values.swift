extension Tensor {
    /// How many elements a view that repeats its storage may be copied out to.
    ///
    /// A stride of zero lets a file of a few bytes claim any shape; other views are bounded by the
    /// file itself.
    static let maximumRepeatedCount = 1 << 24

    /// A row-major copy as 32-bit floats, rounded to nearest where the stored type is finer.
    ///
    /// Throws ``CheckpointError/unsupported(path:detail:)`` for a view that repeats its storage
    /// beyond reason.
    package func floats() throws(CheckpointError) -> [Float] {
        switch type {
        case .f64: try collect(Double.self) { Float($0) }
        case .f32: try collect(Float.self) { $0 }
        case .f16: try collect(Float16.self) { Float($0) }
        case .bf16: try collect(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
        case .i64: try collect(Int64.self) { Float($0) }
        case .i32: try collect(Int32.self) { Float($0) }
        case .i16: try collect(Int16.self) { Float($0) }
        case .i8: try collect(Int8.self) { Float($0) }
        case .u8: try collect(UInt8.self) { Float($0) }
        case .bool: try collect(UInt8.self) { $0 == 0 ? 0 : 1 }
        }
    }

    /// A row-major copy in double precision, which holds all but the largest integers exactly.
    ///
    /// Throws where ``floats()`` does.
    package func doubles() throws(CheckpointError) -> [Double] {
        switch type {
        case .f64: try collect(Double.self) { $0 }
        case .f32: try collect(Float.self) { Double($0) }
        case .f16: try collect(Float16.self) { Double($0) }
        case .bf16: try collect(UInt16.self) { Double(Float(bitPattern: UInt32($0) << 16)) }
        case .i64: try collect(Int64.self) { Double($0) }
        case .i32: try collect(Int32.self) { Double($0) }
        case .i16: try collect(Int16.self) { Double($0) }
        case .i8: try collect(Int8.self) { Double($0) }
        case .u8: try collect(UInt8.self) { Double($0) }
        case .bool: try collect(UInt8.self) { $0 == 0 ? 0 : 1 }
        }
    }

    /// A row-major copy of a tensor of integers or booleans.
    ///
    /// Throws ``CheckpointError/unsupported(path:detail:)`` for floating-point tensors, and where
    /// ``floats()`` does.
    package func integers() throws(CheckpointError) -> [Int] {
        switch type {
        case .i64: try collect(Int64.self) { Int($0) }
        case .i32: try collect(Int32.self) { Int($0) }
        case .i16: try collect(Int16.self) { Int($0) }
        case .i8: try collect(Int8.self) { Int($0) }
        case .u8: try collect(UInt8.self) { Int($0) }
        case .bool: try collect(UInt8.self) { $0 == 0 ? 0 : 1 }
        case .f64, .f32, .f16, .bf16:
            throw .unsupported(
                path: home.path,
                detail: "tensor \(quoted(name)) holds \(type.rawValue) where integers are needed")
        }
    }

    private func collect<Stored: BitwiseCopyable, Value>(
        _: Stored.Type, _ convert: (Stored) -> Value
    ) throws(CheckpointError) -> [Value] {
        let count = count
        guard count <= max(extent.count / type.size, Self.maximumRepeatedCount) else {
            throw .unsupported(
                path: home.path,
                detail: "tensor \(quoted(name)) repeats \(extent.count / type.size) elements "
                    + "to \(count)")
        }
        return withBytes { bytes in
            [Value](unsafeUninitializedCapacity: count) { values, written in
                func store(_ element: Int) {
                    let stored = bytes.loadUnaligned(
                        fromByteOffset: element * MemoryLayout<Stored>.size, as: Stored.self)
                    values.initializeElement(at: written, to: convert(stored))
                    written += 1
                }
                if isContiguous {
                    for element in 0..<count { store(element) }
                } else {
                    visit(store)
                }
            }
        }
    }

    /// Calls `body` with every element's distance from the first, in row-major order.
    private func visit(_ body: (Int) -> Void) {
        // An axis of one element is never stepped along, so its stride may be anything.
        let strides = zip(shape, strides).map { size, stride in size > 1 ? stride : 0 }
        guard let row = shape.last, let step = strides.last, count > 0 else { return }
        var index = [Int](repeating: 0, count: shape.count - 1)
        var start = 0
        while true {
            for column in 0..<row { body(start + column * step) }
            var axis = index.count - 1
            while axis >= 0 {
                index[axis] += 1
                start += strides[axis]
                if index[axis] < shape[axis] { break }
                start -= shape[axis] * strides[axis]
                index[axis] = 0
                axis -= 1
            }
            guard axis >= 0 else { return }
        }
    }
}
