import Checkpoints
import Foundation

/// Finds the numbers of a model's tensors: in the model's file, in its description, or in a file
/// beside it.
struct TensorReader {
    private let file: MappedFile
    /// The files beside the model that were opened, by their names.
    private(set) var neighbours: [String: MappedFile] = [:]

    init(_ file: MappedFile) { self.file = file }

    /// The tensor whose message lies in `range` of the file; its numbers stay there.
    mutating func tensor(in range: Range<Int>) throws(ONNXError) -> Tensor {
        // Raw bytes and packed floats look the same in the file: little-endian, without gaps.
        for number: UInt64 in [9, 4] {
            let message = try WireScanner.split(file, range, at: [number])
            guard message.parts.count == 1, let part = message.parts.first else { continue }
            let proto = try ONNXFile.decode(Onnx_TensorProto.self, message.rest, file.path)
            let type = try elementType(of: proto)
            guard number == 9 || type == .f32, proto.dataLocation != .external else { break }
            return try tensor(proto, type, file, at: part.range)
        }
        let whole = Array(file.bytes[range])
        return try tensor(of: try ONNXFile.decode(Onnx_TensorProto.self, whole, file.path))
    }

    /// The tensor of a message that is in memory already.
    mutating func tensor(of proto: Onnx_TensorProto) throws(ONNXError) -> Tensor {
        let type = try elementType(of: proto)
        if proto.dataLocation == .external {
            let (home, range) = try external(proto, type)
            return try tensor(proto, type, home, at: range)
        }
        let bytes = proto.hasRawData ? Array(proto.rawData) : listed(proto, type)
        let home = bytes.withUnsafeBytes { ComputedBytes($0, path: file.path) }
        return try tensor(proto, type, home, at: 0..<bytes.count)
    }

    private func tensor(
        _ proto: Onnx_TensorProto, _ type: ElementType, _ home: any TensorBytes,
        at range: Range<Int>
    ) throws(ONNXError) -> Tensor {
        var count = 1
        for extent in proto.dims {
            let (product, overflow) = count.multipliedReportingOverflow(by: Int(extent))
            guard extent >= 0, !overflow else {
                throw .malformed(
                    path: file.path, detail: "tensor '\(proto.name)' has shape \(proto.dims)")
            }
            count = product
        }
        do {
            let storage = try TensorStorage(home, type: type, count: count, in: range)
            return try Tensor(proto.name, shape: proto.dims.map(Int.init), of: storage)
        } catch {
            throw .file(error)
        }
    }

    private func elementType(of proto: Onnx_TensorProto) throws(ONNXError) -> ElementType {
        switch Onnx_TensorProto.DataType(rawValue: Int(proto.dataType)) {
        case .float: return .f32
        case .double: return .f64
        case .float16: return .f16
        case .bfloat16: return .bf16
        case .int64: return .i64
        case .int32: return .i32
        case .int16: return .i16
        case .int8: return .i8
        case .uint8: return .u8
        case .bool: return .bool
        case let other:
            throw .unsupportedTensor(
                path: file.path, name: proto.name,
                detail: "holds \(other.map { "\($0)" } ?? "numbers of kind \(proto.dataType)")")
        }
    }

    /// The bytes of a tensor whose numbers are listed one by one.
    private func listed(_ proto: Onnx_TensorProto, _ type: ElementType) -> [UInt8] {
        func bytes<Value: BitwiseCopyable>(_ values: [Value]) -> [UInt8] {
            values.withUnsafeBytes { [UInt8]($0) }
        }
        return switch type {
        case .f32: bytes(proto.floatData)
        case .f64: bytes(proto.doubleData)
        case .i64: bytes(proto.int64Data)
        case .i32: bytes(proto.int32Data)
        case .i16: bytes(proto.int32Data.map(Int16.init(truncatingIfNeeded:)))
        // Halves are listed by their bits.
        case .f16, .bf16: bytes(proto.int32Data.map(UInt16.init(truncatingIfNeeded:)))
        case .i8, .u8, .bool: bytes(proto.int32Data.map(UInt8.init(truncatingIfNeeded:)))
        }
    }

    /// The file beside the model that a tensor's numbers are in, and where.
    ///
    /// Only a plain name counts, and no link: a model must not make anybody read other files.
    private mutating func external(
        _ proto: Onnx_TensorProto, _ type: ElementType
    ) throws(ONNXError) -> (home: MappedFile, range: Range<Int>) {
        var entries: [String: String] = [:]
        for entry in proto.externalData { entries[entry.key] = entry.value }
        let name = entries["location"] ?? ""
        guard !name.isEmpty, name != ".", name != "..", !name.utf8.contains(0),
            !name.contains("/"), !name.contains("\\")
        else {
            throw .unsupportedTensor(
                path: file.path, name: proto.name,
                detail: "is kept in '\(name)', which is not a file beside the model")
        }
        let home: MappedFile
        if let known = neighbours[name] {
            home = known
        } else {
            let folder = file.path.lastIndex(of: "/").map { file.path[...$0] } ?? ""
            do {
                home = try MappedFile(path: folder + name, followsLink: false)
            } catch {
                throw .file(error)
            }
            neighbours[name] = home
        }
        let start = try offset(entries["offset"], of: proto) ?? 0
        let rest = home.bytes.count - start
        let length = try offset(entries["length"], of: proto) ?? rest
        guard rest >= 0, length <= rest else {
            throw .malformed(
                path: file.path,
                detail: "tensor '\(proto.name)' needs \(length) bytes from byte \(start) of "
                    + "'\(name)', which has \(home.bytes.count)")
        }
        return (home, start..<start + length)
    }

    private func offset(
        _ text: String?, of proto: Onnx_TensorProto
    ) throws(ONNXError) -> Int? {
        guard let text else { return nil }
        guard let value = Int(text), value >= 0 else {
            throw .malformed(
                path: file.path, detail: "tensor '\(proto.name)' begins or ends at '\(text)'")
        }
        return value
    }
}
