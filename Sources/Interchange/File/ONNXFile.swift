package import Checkpoints
import SwiftProtobuf

/// An ONNX model as records: its nodes in order, its parameters by name, its inputs and outputs.
///
/// Parameters stay in the mapped file. The file may be hostile: nothing in it is executed, and every
/// length is checked against the file before memory is set aside for it.
package struct ONNXFile: Sendable {
    /// Where the file is.
    package let path: String
    /// The version of ONNX's own operators that the model is written for.
    package let opset: Int
    /// The nodes, in the file's order.
    package let nodes: [ONNXNode]
    /// The tensors that the file holds, by the name under which nodes read them.
    package let initializers: [String: Tensor]
    /// What the model reads, initializers left out.
    package let inputs: [ONNXPort]
    /// What the model computes.
    package let outputs: [ONNXPort]
    /// The names of the files beside it that hold tensors of its, in order.
    package let neighbours: [String]

    /// More nodes than any network has.
    static let maximumNodes = 1 << 17
    /// The versions of ONNX's operators that are read; from 22 on, those of classifiers have only
    /// learnt to take more kinds of number.
    static let opsets = 9...25

    /// Reads the file at `path`.
    package init(path: String) throws(ONNXError) {
        let file = try Self.map(path)
        let model: (rest: [UInt8], parts: [(number: UInt64, range: Range<Int>)])
        model = try WireScanner.split(file, 0..<file.bytes.count, at: [7])
        let header = try Self.decode(Onnx_ModelProto.self, model.rest, path)
        guard let graph = model.parts.last?.range else {
            throw .malformed(path: path, detail: "it holds no graph")
        }
        opset = try Self.opset(of: header, path)
        let parts = try WireScanner.split(file, graph, at: [1, 5])
        let description = try Self.decode(Onnx_GraphProto.self, parts.rest, path)
        guard description.sparseInitializer.isEmpty else {
            throw .unsupportedTensor(
                path: path, name: description.sparseInitializer[0].values.name,
                detail: "is sparse")
        }
        guard parts.parts.count <= Self.maximumNodes else {
            throw .tooLarge(path: path, what: "its graph", limit: "\(Self.maximumNodes) parts")
        }

        var reader = TensorReader(file)
        var nodes: [ONNXNode] = []
        var initializers: [String: Tensor] = [:]
        for (number, range) in parts.parts {
            if number == 5 {
                let tensor = try reader.tensor(in: range)
                guard initializers.updateValue(tensor, forKey: tensor.name) == nil else {
                    throw .malformed(
                        path: path, detail: "the initializer '\(tensor.name)' appears twice")
                }
            } else {
                let proto = try Self.decode(Onnx_NodeProto.self, Array(file.bytes[range]), path)
                nodes.append(try ONNXNode(proto, index: nodes.count, &reader))
            }
        }
        self.path = path
        self.nodes = nodes
        inputs = description.input.filter { initializers[$0.name] == nil }.map(ONNXPort.init)
        outputs = description.output.map(ONNXPort.init)
        self.initializers = initializers
        neighbours = reader.neighbours.keys.sorted()
    }

    private static func map(_ path: String) throws(ONNXError) -> MappedFile {
        do {
            return try MappedFile(path: path)
        } catch {
            throw .file(error)
        }
    }

    private static func opset(
        of header: Onnx_ModelProto, _ path: String
    ) throws(ONNXError) -> Int {
        // What is named without a domain, or by ONNX's own, is the version of its operators.
        let own = header.opsetImport.first { ["", "ai.onnx"].contains($0.domain) }
        guard let own else {
            guard let other = header.opsetImport.first else {
                throw .malformed(path: path, detail: "it names no opset")
            }
            throw .unsupportedOpset(
                path: path, domain: other.domain, version: Int(clamping: other.version))
        }
        guard let version = Int(exactly: own.version), opsets.contains(version) else {
            throw .unsupportedOpset(
                path: path, domain: "ai.onnx", version: Int(clamping: own.version))
        }
        return version
    }

    static func decode<Message: SwiftProtobuf.Message>(
        _: Message.Type, _ bytes: [UInt8], _ path: String
    ) throws(ONNXError) -> Message {
        do {
            return try Message(serializedBytes: bytes)
        } catch {
            throw .malformed(path: path, detail: "\(Message.protoMessageName): \(error)")
        }
    }
}

/// An input or output of a model.
package struct ONNXPort: Sendable {
    /// Its name.
    package let name: String
    /// Its extents, outermost first; nil for one that is left open, and for all if none is given.
    package let shape: [Int?]?

    init(_ info: Onnx_ValueInfoProto) {
        name = info.name
        guard info.type.tensorType.hasShape else {
            shape = nil
            return
        }
        shape = info.type.tensorType.shape.dim.map { dimension in
            guard dimension.dimValue > 0 else { return nil }
            return Int(exactly: dimension.dimValue)
        }
    }
}
