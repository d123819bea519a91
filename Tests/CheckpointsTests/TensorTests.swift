import Checkpoints
import Testing

@Suite("A tensor")
struct TensorTests {
    /// One tensor over a storage of `[0, 1, 2, …]`.
    private func tensor(
        of count: Int, offset: Int = 0, shape: [Int], strides: [Int]
    ) throws -> Tensor {
        let folder = try ScratchFolder()
        let object = Pickle.dictionary([
            (
                "t",
                Pickle.tensor(
                    Pickle.storage("0", count: count), offset: offset, shape: shape,
                    strides: strides)
            )
        ])
        let floats = (0..<count).map { Float($0) }
        let path = try folder.file(Assembly.archive(object, storages: [("0", floats)]))
        return try Checkpoint(path: path).tensor("t", shape: shape)
    }

    @Test(
        "is walked in row-major order whatever its strides",
        arguments: [
            ([2, 3], [3, 1], 0, true, [0, 1, 2, 3, 4, 5]),
            ([3, 2], [1, 3], 0, false, [0, 3, 1, 4, 2, 5]),
            ([2, 2], [3, 2], 1, false, [1, 3, 4, 6]),
            ([2, 1, 3], [3, 999, 1], 0, true, [0, 1, 2, 3, 4, 5]),
            ([2, 1, 2], [1, Int.max, 4], 0, false, [0, 4, 1, 5]),
            ([2, 2, 2], [0, 0, 1], 3, false, [3, 4, 3, 4, 3, 4, 3, 4]),
            ([], [], 5, true, [5]),
            ([3, 0], [7, Int.max], 2, true, []),
        ])
    func views(
        _ shape: [Int], _ strides: [Int], _ offset: Int, _ isContiguous: Bool, _ values: [Int]
    ) throws {
        let tensor = try tensor(of: 8, offset: offset, shape: shape, strides: strides)

        #expect(try tensor.floats() == values.map { Float($0) })
        #expect(tensor.isContiguous == isContiguous)
        #expect(tensor.count == values.count)
        #expect(tensor.strides == strides)
    }

    @Test("lends the bytes it spans")
    func bytes() throws {
        let whole = try tensor(of: 8, offset: 2, shape: [2, 2], strides: [2, 1])
        let gaps = try tensor(of: 8, offset: 2, shape: [2], strides: [3])
        let empty = try tensor(of: 8, offset: 3, shape: [0], strides: [1])

        #expect(whole.withBytes { [UInt8]($0) } == Assembly.little([2, 3, 4, 5]))
        #expect(gaps.withBytes { [UInt8]($0) } == Assembly.little([2, 3, 4, 5]))
        #expect(empty.withBytes { $0.isEmpty })
    }

    @Test(
        "never leaves its storage",
        arguments: [
            ([8], [1], 1), ([9], [1], 0), ([2, 4], [5, 1], 0), ([1], [1], 8), ([1], [1], -1),
            ([2], [-1], 1), ([-1], [1], 0), ([2], [1, 1], 0), ([2, 2], [1], 0),
            ([2], [Int.max], 1), ([3], [Int.max], 0), ([2, 2], [Int.max, 1], 0),
            ([1 << 31, 1 << 31, 4], [0, 0, 0], 0), ([Int.max], [0], 0), ([1], [1], Int.max),
            ([0, Int.max, 2], [1, 1, 1], 0),
        ])
    func bounds(_ shape: [Int], _ strides: [Int], _ offset: Int) throws {
        let error = #expect(throws: CheckpointError.self) {
            try tensor(of: 8, offset: offset, shape: shape, strides: strides)
        }
        guard case .corrupt(_, let detail) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(detail.contains("'t'"))
    }

    @Test("that repeats a number beyond reason is not copied out")
    func repetition() throws {
        let huge = try tensor(of: 8, shape: [1 << 40], strides: [0])
        let modest = try tensor(of: 8, shape: [1 << 10], strides: [0])

        #expect(throws: CheckpointError.self) { try huge.floats() }
        #expect(try modest.floats() == [Float](repeating: 0, count: 1 << 10))
    }

    @Test("has no more than eight axes")
    func rank() throws {
        let ones = [Int](repeating: 1, count: 9)

        #expect(
            try tensor(of: 1, shape: Array(ones.dropLast()), strides: ones.dropLast()).count == 1)
        #expect(throws: CheckpointError.self) { try tensor(of: 1, shape: ones, strides: ones) }
    }

    @Test("of integers gives them exactly")
    func integers() throws {
        let checkpoint = try Checkpoint(path: Fixtures.path("types_zip.pt"))
        let expected = [
            "i64": [-(1 << 40), 7], "i32": [-(1 << 31), 7], "i16": [-(1 << 15), 7],
            "i8": [-128, 7],
            "u8": [255, 7], "bool": [1, 0, 1],
        ]
        for (name, values) in expected {
            #expect(try checkpoint.tensor(name, shape: [values.count]).integers() == values)
        }
        let float = try checkpoint.tensor("f32", shape: [3])
        let error = #expect(throws: CheckpointError.self) { try float.integers() }
        #expect(error?.description.contains("'f32' holds f32") == true)
    }
}
