extension Value {
    /// The sum of two maps; an axis of extent 1 is stretched to the other's extent.
    package static func + (a: Value, b: Value) -> Value { a.combined(.add, b) }

    /// The product of two maps, number by number; an axis of extent 1 is stretched to the other's
    /// extent, so that `[c, 1, 1]` weighs the channels of `[c, h, w]`.
    package static func * (a: Value, b: Value) -> Value { a.combined(.multiply, b) }

    /// The channels of `first` and `rest`, one map after the other; height and width are equal.
    package static func concatenated(_ first: Value, _ rest: [Value]) -> Value {
        var shape = first.shape
        shape.channels += rest.reduce(0) { $0 + $1.channels }
        let inputs = [first.id] + rest.map(\.id)
        return Value(graph: first.graph, id: first.graph.add(.concatenate, inputs, shape))
    }

    /// The part of `shape` that begins at `offset`.
    package func slice(at offset: Offset, _ shape: Shape) -> Value {
        added(.slice(offset), shape)
    }

    /// The map with a border of `value`.
    package func padded(_ padding: Padding, value: Float = 0) -> Value {
        added(
            .pad(padding, value: value),
            Shape(
                channels: channels, height: shape.height + padding.top + padding.bottom,
                width: shape.width + padding.left + padding.right))
    }

    /// The map without `rows` rows at its top and `columns` columns at its left.
    package func cropped(rows: Int, columns: Int) -> Value {
        slice(
            at: Offset(row: rows, column: columns),
            Shape(
                channels: channels, height: shape.height - rows, width: shape.width - columns))
    }

    /// The channels dealt out anew, so that each of `groups` neighbours comes from another group.
    package func shuffled(groups: Int) -> Value { added(.shuffle(groups: groups), shape) }

    private func combined(_ operation: Operation, _ other: Value) -> Value {
        let shape = Shape(
            channels: max(channels, other.channels),
            height: max(self.shape.height, other.shape.height),
            width: max(self.shape.width, other.shape.width))
        return Value(graph: graph, id: graph.add(operation, [id, other.id], shape))
    }
}
