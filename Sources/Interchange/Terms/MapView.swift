import Networks

/// An ONNX tensor that depends on the image: a feature map of the network, seen along ONNX's axes.
///
/// ONNX moves numbers about to say what a layer means: an image is transposed from `[n, h, w, c]`,
/// a map is flattened, tokens are dealt out to heads. A network's maps are always `[c, h, w]`, so
/// such a move only changes how a map is *seen*: each of ONNX's axes is a product of whole or
/// partial axes of the map, outermost first. Nothing is computed until a layer needs it.
struct MapView {
    /// The map.
    var value: Value
    /// ONNX's axes; one of extent 1 has no factors.
    var axes: [[Factor]]

    /// An axis of a map.
    enum Axis: Hashable {
        case batch, channel, row, column
    }

    /// A part of an axis of a map.
    struct Factor: Hashable {
        var axis: Axis
        /// How many places it has; above 1, but for the batch.
        var size: Int
        /// How many places of the map's axis lie between two of its own.
        var step: Int
    }

    /// `value` seen along `layout`, where the batch has `batch` images.
    init(_ value: Value, layout: [Axis], batch: Int) {
        self.value = value
        axes = layout.map { axis in
            axis == .batch
                ? [Factor(axis: .batch, size: batch, step: 1)] : Self.whole(axis, of: value.shape)
        }
    }

    init(_ value: Value, axes: [[Factor]]) {
        self.value = value
        self.axes = axes
    }

    /// The extents of ONNX's axes.
    var extents: [Int] { axes.map { $0.reduce(1) { $0 * $1.size } } }

    /// All of an axis of a map of `shape`, as factors.
    static func whole(_ axis: Axis, of shape: Shape) -> [Factor] {
        let size = shape.extent(of: axis)
        return size == 1 ? [] : [Factor(axis: axis, size: size, step: 1)]
    }

    /// Whether ONNX's axis `index` is all of the map's `axis`, and nothing else.
    func isWhole(_ index: Int, _ axis: Axis) -> Bool {
        axes.indices.contains(index) && axes[index] == Self.whole(axis, of: value.shape)
    }

    /// Whether ONNX's axis `index` is the batch.
    func isBatch(_ index: Int) -> Bool {
        axes.indices.contains(index) && axes[index].count == 1 && axes[index][0].axis == .batch
    }

    /// Whether ONNX sees the map as `[n, c, h, w]`, or `[n, c]` where rows and columns are one.
    var isPlanar: Bool {
        guard isBatch(0), isWhole(1, .channel) else { return false }
        if axes.count == 2 { return value.shape.height == 1 && value.shape.width == 1 }
        return axes.count == 4 && isWhole(2, .row) && isWhole(3, .column)
    }

    /// The map's factors in ONNX's order, without the batch.
    var order: [Factor] { axes.joined().filter { $0.axis != .batch } }
}

extension MapView {
    /// The same numbers along axes of `extents`; nil where a map cannot be seen so.
    func reshaped(to extents: [Int]) -> MapView? {
        var rest = Array(axes.joined().reversed())
        var result: [[Factor]] = []
        for extent in extents {
            var left = extent
            var factors: [Factor] = []
            while let next = rest.last {
                // A batch that the file fixes to one image fits in front of anything.
                guard left > 1 || next.size == 1 && factors.isEmpty && extent == 1 else { break }
                rest.removeLast()
                if left % next.size == 0 {
                    factors.append(next)
                    left /= next.size
                } else if next.size % left == 0, next.axis != .batch {
                    let inner = next.size / left
                    factors.append(
                        Factor(axis: next.axis, size: left, step: next.step * inner))
                    rest.append(Factor(axis: next.axis, size: inner, step: next.step))
                    left = 1
                } else {
                    return nil
                }
            }
            guard left == 1 else { return nil }
            result.append(factors)
        }
        while let last = rest.popLast() {
            guard last.size == 1, !result.isEmpty else { return nil }
            result[result.count - 1].append(last)
        }
        return MapView(value, axes: result.map(Self.merged))
    }

    /// ONNX's axes in another order: axis `i` of the result is axis `order[i]`.
    func transposed(_ order: [Int]) -> MapView? {
        guard order.sorted() == Array(axes.indices) else { return nil }
        return MapView(value, axes: order.map { axes[$0] })
    }

    /// Neighbours that belong together put together again.
    private static func merged(_ factors: [Factor]) -> [Factor] {
        var result: [Factor] = []
        for factor in factors {
            if let last = result.last, last.axis == factor.axis, factor.axis != .batch,
                last.step == factor.size * factor.step
            {
                result[result.count - 1] = Factor(
                    axis: factor.axis, size: last.size * factor.size, step: factor.step)
            } else {
                result.append(factor)
            }
        }
        return result
    }

    /// The same tensor, its channels dealt out anew where ONNX sees them in the order of a shuffle.
    var settled: MapView {
        for (index, factors) in axes.enumerated() where factors.count == 2 {
            let (inner, outer) = (factors[0], factors[1])
            guard inner.axis == .channel, outer.axis == .channel, inner.step == 1,
                outer.step == inner.size, outer.size * inner.size == value.channels
            else { continue }
            var result = self
            result.value = value.shuffled(groups: outer.size)
            result.axes[index] = Self.whole(.channel, of: value.shape)
            return result
        }
        return self
    }
}

extension Shape {
    /// How far a map reaches along `axis`; 1 for the batch, which a map does not know.
    func extent(of axis: MapView.Axis) -> Int {
        switch axis {
        case .batch: 1
        case .channel: channels
        case .row: height
        case .column: width
        }
    }
}
