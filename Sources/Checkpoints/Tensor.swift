/// A named tensor: a view into a mapped checkpoint, or into computed numbers, which it keeps alive.
package struct Tensor: Sendable {
    package let name: String
    /// Extents, outermost first; empty for a single number.
    package let shape: [Int]
    package let type: ElementType
    /// Steps between neighbours along each axis, in elements.
    ///
    /// PyTorch files may hold transposed, sliced and expanded views.
    package let strides: [Int]

    let home: any TensorBytes
    /// Where in its home the view lies, from its first element to its last.
    let extent: Range<Int>

    /// The product of the shape.
    package var count: Int { shape.reduce(1, *) }

    /// Whether the elements lie in row-major order without gaps.
    package var isContiguous: Bool {
        guard count > 0 else { return true }
        var step = 1
        for (size, stride) in zip(shape, strides).reversed() where size != 1 {
            guard stride == step else { return false }
            step *= size
        }
        return true
    }

    /// Lends the stored bytes from the view's first element to its last, which may be unaligned.
    ///
    /// They are the elements in row-major order only if ``isContiguous``; otherwise they are as the
    /// file has them, and may include bytes that belong to no element of this view.
    package func withBytes<Result>(
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try withExtendedLifetime(home) {
            try body(UnsafeRawBufferPointer(rebasing: home.bytes[extent]))
        }
    }
}

/// Numbers of one type that lie one after the other: what tensors are views of.
package struct TensorStorage: Sendable {
    let home: any TensorBytes
    let type: ElementType
    /// The byte of the first element.
    let start: Int
    /// Elements, not bytes.
    let count: Int

    /// A storage of `count` elements that fills the beginning of `place`, a range of bytes.
    ///
    /// Throws ``CheckpointError/truncated(path:detail:)`` where it does not fit.
    package init(
        _ home: any TensorBytes, type: ElementType, count: Int, in place: Range<Int>
    ) throws(CheckpointError) {
        let (bytes, overflow) = count.multipliedReportingOverflow(by: type.size)
        guard count >= 0, !overflow, bytes <= place.count,
            place.lowerBound >= 0, place.upperBound <= home.bytes.count
        else {
            throw .truncated(
                path: home.path,
                detail: "a storage of \(count) \(type.rawValue) has \(place.count) bytes")
        }
        self.home = home
        self.type = type
        self.count = count
        start = place.lowerBound
    }
}

extension Tensor {
    /// More axes than any tensor of a network has.
    static let maximumRank = 8

    /// A view of `storage` that begins at its element `offset`; row-major unless `strides` say
    /// otherwise.
    ///
    /// Throws ``CheckpointError/corrupt(path:detail:)`` where any element would lie outside the
    /// storage, or a size is negative or overflows.
    package init(
        _ name: String, shape: [Int], strides: [Int]? = nil, offset: Int = 0,
        of storage: TensorStorage
    ) throws(CheckpointError) {
        let path = storage.home.path
        guard shape.count <= Self.maximumRank else {
            throw .unsupported(
                path: path, detail: "tensor \(quoted(name)) has \(shape.count) axes, more than 8")
        }
        guard let rowMajor = Self.rowMajorStrides(shape, size: storage.type.size) else {
            throw .corrupt(path: path, detail: "tensor \(quoted(name)) has shape \(shape)")
        }
        let strides = strides ?? rowMajor
        guard strides.count == shape.count,
            let last = Self.lastElement(shape: shape, strides: strides, offset: offset),
            last < storage.count
        else {
            throw .corrupt(
                path: path,
                detail: "tensor \(quoted(name)) of shape \(shape), strides \(strides) and offset "
                    + "\(offset) leaves its storage of \(storage.count)")
        }
        // An empty view has no first element, so it lies at the storage's beginning.
        let first = last < 0 ? 0 : offset
        let size = storage.type.size
        self.name = name
        self.shape = shape
        self.strides = strides
        type = storage.type
        home = storage.home
        extent = storage.start + first * size..<storage.start + (last + 1) * size
    }

    /// Strides of a gapless tensor, or nil for a shape that is negative or whose bytes overflow.
    private static func rowMajorStrides(_ shape: [Int], size: Int) -> [Int]? {
        var strides = [Int](repeating: 1, count: shape.count)
        var step = 1
        for axis in shape.indices.reversed() {
            guard shape[axis] >= 0 else { return nil }
            strides[axis] = step
            let (next, overflow) = step.multipliedReportingOverflow(by: max(1, shape[axis]))
            guard !overflow else { return nil }
            step = next
        }
        return step.multipliedReportingOverflow(by: size).overflow ? nil : strides
    }

    /// The highest element a view touches, -1 for an empty view, nil for one that is impossible.
    private static func lastElement(shape: [Int], strides: [Int], offset: Int) -> Int? {
        guard offset >= 0, strides.allSatisfy({ $0 >= 0 }) else { return nil }
        guard !shape.contains(0) else { return -1 }
        var last = offset
        for (size, stride) in zip(shape, strides) {
            let (reach, tooFar) = (size - 1).multipliedReportingOverflow(by: stride)
            let (sum, overflow) = last.addingReportingOverflow(reach)
            guard !tooFar, !overflow else { return nil }
            last = sum
        }
        return last
    }
}
