import Checkpoints

/// Numbers of a graph that do not depend on the image.
struct Constant {
    let tensor: Tensor

    /// How many numbers are computed with while a graph is read; larger tensors pass through.
    static let limit = 1 << 22

    var shape: [Int] { tensor.shape }
    var count: Int { tensor.count }

    var isInteger: Bool {
        switch tensor.type {
        case .i64, .i32, .i16, .i8, .u8, .bool: true
        case .f64, .f32, .f16, .bf16: false
        }
    }

    init(_ tensor: Tensor) { self.tensor = tensor }

    /// Computed numbers; kept as 64-bit integers or as 32-bit floats.
    init(_ numbers: [Double], shape: [Int], isInteger: Bool, path: String) throws {
        if isInteger {
            let integers = numbers.map(Int.init(saturating:))
            let home = integers.withUnsafeBytes { ComputedBytes($0, path: path) }
            let storage = try TensorStorage(
                home, type: .i64, count: integers.count, in: 0..<home.bytes.count)
            tensor = try Tensor("", shape: shape, of: storage)
        } else {
            tensor = try Tensor("", shape: shape, values: numbers.map { Float($0) }, path: path)
        }
    }

    /// One number everywhere, which takes no memory.
    init(repeating constant: Constant, shape: [Int], path: String) throws {
        let values: [Float] = try constant.tensor.floats()
        let integers = constant.isInteger ? try constant.tensor.integers() : []
        let storage =
            if constant.isInteger {
                try integers.withUnsafeBytes {
                    try TensorStorage(
                        ComputedBytes($0, path: path), type: .i64, count: 1, in: 0..<$0.count)
                }
            } else {
                try values.withUnsafeBytes {
                    try TensorStorage(
                        ComputedBytes($0, path: path), type: .f32, count: 1, in: 0..<$0.count)
                }
            }
        tensor = try Tensor(
            "", shape: shape, strides: shape.map { _ in 0 }, of: storage)
    }

    /// The numbers in row-major order; nil where they are too many to be computed with.
    func numbers() throws -> [Double]? {
        count <= Self.limit ? try tensor.doubles() : nil
    }

    /// The numbers as integers, saturating; nil where they are too many.
    func integers() throws -> [Int]? {
        try numbers().map { $0.map(Int.init(saturating:)) }
    }

    /// The one number that all are; nil where they differ.
    func uniform() throws -> Double? {
        if tensor.strides.allSatisfy({ $0 == 0 }), count > 0 {
            return try tensor.reshapedToOne()
        }
        guard let numbers = try numbers(), let first = numbers.first else { return nil }
        return numbers.allSatisfy { $0 == first } ? first : nil
    }
}

extension Tensor {
    /// The number of a tensor that repeats one.
    fileprivate func reshapedToOne() throws -> Double? {
        try withBytes { bytes in
            guard bytes.count == type.size else { return nil }
            let home = ComputedBytes(bytes, path: "")
            let storage = try TensorStorage(home, type: type, count: 1, in: 0..<bytes.count)
            return try Tensor(name, shape: [1], of: storage).doubles().first
        }
    }
}

extension Int {
    /// The integer below or at `number`, or the nearest there is.
    init(saturating number: Double) {
        if number.isNaN {
            self = 0
        } else {
            self = Int(exactly: number.rounded(.towardZero)) ?? (number < 0 ? .min : .max)
        }
    }
}
