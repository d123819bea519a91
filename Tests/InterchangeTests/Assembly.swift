/// Writes ONNX files byte by byte, as no exporter would.
enum Assembly {
    /// A field that holds bytes.
    static func field(_ number: UInt64, _ bytes: [UInt8]) -> [UInt8] {
        varint(number << 3 | 2) + varint(UInt64(bytes.count)) + bytes
    }

    /// A field that holds text.
    static func field(_ number: UInt64, _ text: String) -> [UInt8] {
        field(number, Array(text.utf8))
    }

    /// A field that holds a number.
    static func field(_ number: UInt64, _ value: Int) -> [UInt8] {
        varint(number << 3) + varint(UInt64(bitPattern: Int64(value)))
    }

    private static func varint(_ value: UInt64) -> [UInt8] {
        var (rest, bytes) = (value, [UInt8]())
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    /// A model around the fields of a graph.
    static func model(_ graph: [UInt8], opset: Int = 17) -> [UInt8] {
        field(1, 8) + field(7, graph) + field(8, field(2, opset))
    }

    /// A node.
    static func node(
        _ operation: String, _ inputs: [String], _ outputs: [String], _ attributes: [UInt8] = []
    ) -> [UInt8] {
        field(
            1,
            inputs.flatMap { field(1, $0) } + outputs.flatMap { field(2, $0) }
                + field(4, operation) + attributes)
    }

    /// A setting of integers.
    static func integers(_ name: String, _ values: [Int]) -> [UInt8] {
        field(5, field(1, name) + field(20, 7) + values.flatMap { field(8, $0) })
    }

    /// A tensor of 32-bit floats with `extra` fields.
    static func tensor(_ name: String, _ shape: [Int], _ extra: [UInt8]) -> [UInt8] {
        field(5, shape.flatMap { field(1, $0) } + field(2, 1) + field(8, name) + extra)
    }

    /// An input (11) or output (12).
    static func port(_ number: UInt64, _ name: String, _ shape: [Int]) -> [UInt8] {
        let dimensions = shape.flatMap { field(1, field(1, $0)) }
        return field(
            number, field(1, name) + field(2, field(1, field(1, 1) + field(2, dimensions))))
    }

    /// `x`, an image of 8 by 8, and `y`, around `nodes`.
    static func graph(_ nodes: [UInt8]) -> [UInt8] {
        nodes + port(11, "x", [1, 3, 8, 8]) + port(12, "y", [1, 3])
    }
}
