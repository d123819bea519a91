package import Checkpoints
import Foundation

/// A node of an ONNX graph: an operator, what it reads, what it is set to and what it makes.
package struct ONNXNode: Sendable {
    /// The operator, such as `Conv`.
    package let operation: String
    /// The domain that the operator is from; empty for ONNX's own.
    package let domain: String
    /// The node's name, or one made from its first output where the file gives none.
    package let name: String
    /// The names of what it reads; an empty one stands for an optional input that is left out.
    package let inputs: [String]
    /// The names of what it makes; an empty one stands for an output that nobody reads.
    package let outputs: [String]
    /// The operator's settings by name.
    package let attributes: [String: ONNXAttribute]

    init(
        _ proto: Onnx_NodeProto, index: Int, _ reader: inout TensorReader
    ) throws(ONNXError) {
        operation = proto.opType
        domain = proto.domain == "ai.onnx" ? "" : proto.domain
        name = proto.name.isEmpty ? proto.output.first ?? "#\(index)" : proto.name
        inputs = proto.input
        outputs = proto.output
        var attributes: [String: ONNXAttribute] = [:]
        for attribute in proto.attribute {
            attributes[attribute.name] = try ONNXAttribute(attribute, &reader)
        }
        self.attributes = attributes
    }
}

/// What an operator is set to.
package enum ONNXAttribute: Sendable {
    case integer(Int)
    case integers([Int])
    case number(Float)
    case numbers([Float])
    case text(String)
    case texts([String])
    case tensor(Tensor)
    /// A graph, or whatever else no operator of a classifier takes.
    case other

    init(_ proto: Onnx_AttributeProto, _ reader: inout TensorReader) throws(ONNXError) {
        switch proto.type {
        case .int: self = .integer(Int(proto.i))
        case .ints: self = .integers(proto.ints.map(Int.init))
        case .float: self = .number(proto.f)
        case .floats: self = .numbers(proto.floats)
        case .string: self = .text(String(decoding: proto.s, as: UTF8.self))
        case .strings: self = .texts(proto.strings.map { String(decoding: $0, as: UTF8.self) })
        case .tensor: self = .tensor(try reader.tensor(of: proto.t))
        default: self = .other
        }
    }
}
