package import FoundationEssentials

/// Writes safetensors files: the same tensors and metadata always give the same bytes.
///
/// Tensors keep the order they are given in. The header is padded with blanks to a multiple of
/// eight bytes, as the reference implementation does.
package struct SafetensorsWriter {
    /// A tensor to write: `bytes` are its elements in row-major order, little-endian.
    package typealias Entry = (name: String, type: ElementType, shape: [Int], bytes: [UInt8])

    /// The whole file in memory.
    ///
    /// Throws ``CheckpointError/unencodable(detail:)`` where a name repeats, or bytes and shape
    /// disagree.
    package static func encode(
        _ tensors: [Entry], metadata: [String: String] = [:]
    ) throws(CheckpointError) -> Data {
        var data = Data(try header(of: tensors, metadata: metadata))
        data.reserveCapacity(data.count + tensors.reduce(0) { $0 + $1.bytes.count })
        for tensor in tensors { data.append(contentsOf: tensor.bytes) }
        return data
    }

    /// Writes the file at `path`, header first, then one tensor after the other.
    ///
    /// It appears there complete and on disk, or not at all. Throws what
    /// ``encode(_:metadata:)`` does, and ``CheckpointError/unwritable(path:reason:)``.
    package static func write(
        _ tensors: [Entry], metadata: [String: String] = [:], to path: String
    ) throws(CheckpointError) {
        let header = try header(of: tensors, metadata: metadata)
        let file = try ReplacementFile(path: path)
        try file.append(header)
        for tensor in tensors { try file.append(tensor.bytes) }
        try file.commit()
    }

    /// The stored bytes of `values`, for an ``Entry``.
    package static func bytes<Value: BitwiseCopyable>(of values: [Value]) -> [UInt8] {
        values.withUnsafeBytes { [UInt8]($0) }
    }

    /// The length, the JSON and its padding.
    private static func header(
        of tensors: [Entry], metadata: [String: String]
    ) throws(CheckpointError) -> [UInt8] {
        var members: [String] = []
        if !metadata.isEmpty {
            let words = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
                .map { json($0.key) + ":" + json($0.value) }
            members.append("\"__metadata__\":{" + words.joined(separator: ",") + "}")
        }
        var names: Set<String> = ["__metadata__"]
        var offset = 0
        for tensor in tensors {
            guard names.insert(tensor.name).inserted else {
                throw .unencodable(detail: "the name \(quoted(tensor.name)) is taken")
            }
            guard tensor.shape.count <= Tensor.maximumRank else {
                throw .unencodable(
                    detail: "\(quoted(tensor.name)) has \(tensor.shape.count) axes, more than 8")
            }
            guard SafetensorsHeader.byteCount(tensor.shape, tensor.type) == tensor.bytes.count
            else {
                throw .unencodable(
                    detail: "\(quoted(tensor.name)) has \(tensor.bytes.count) bytes, "
                        + "not those of \(tensor.type.rawValue) \(tensor.shape)")
            }
            let end = offset + tensor.bytes.count
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            members.append(
                "\(json(tensor.name)):{\"dtype\":\"\(tensor.type.safetensorsName)\","
                    + "\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}")
            offset = end
        }
        var text = Array(("{" + members.joined(separator: ",") + "}").utf8)
        text += repeatElement(UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
        guard text.count <= SafetensorsHeader.maximumLength else {
            throw .unencodable(detail: "the header would take \(text.count) bytes")
        }
        return bytes(of: [UInt64(text.count).littleEndian]) + text
    }

    /// `text` as a JSON string.
    private static func json(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{8}": result += "\\b"
            case "\u{C}": result += "\\f"
            case "\0"..<" ":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
