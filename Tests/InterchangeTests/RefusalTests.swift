import Foundation
import Interchange
import TestSupport
import Testing

@Suite("A hostile ONNX file")
struct RefusalTests {
    private func error(of bytes: [UInt8], _ prepare: (TemporaryFolder) throws -> Void = { _ in })
        throws -> String
    {
        let folder = TemporaryFolder()
        try prepare(folder)
        let path = folder.file("model.onnx")
        try Data(bytes).write(to: URL(filePath: path))
        do {
            _ = try ONNXImporter(try ONNXFile(path: path)).network()
            return "no error"
        } catch {
            return error.description
        }
    }

    /// A `Relu` of the input, so that only what is added to it is wrong.
    private let relu = Assembly.node("Relu", ["x"], ["y"])

    @Test("whose nodes read each other in a circle is refused")
    func circle() throws {
        let nodes =
            Assembly.node("Relu", ["b"], ["a"]) + Assembly.node("Relu", ["a"], ["b"])
            + Assembly.node("Add", ["x", "b"], ["y"])
        #expect(
            try error(of: Assembly.model(Assembly.graph(nodes))).contains(
                "reads 'b', which nothing before it makes"))
    }

    @Test("that makes a value twice, or has a tensor twice, is refused")
    func twice() throws {
        #expect(
            try error(of: Assembly.model(Assembly.graph(relu + relu))).contains("is made twice"))
        let tensor = Assembly.tensor("w", [1], Assembly.field(9, [0, 0, 0, 0]))
        #expect(
            try error(of: Assembly.model(Assembly.graph(relu) + tensor + tensor)).contains(
                "appears twice"))
    }

    @Test("that nests graphs without end is refused")
    func nesting() throws {
        var graph = Assembly.graph(relu)
        for _ in 0..<2000 {
            graph = Assembly.node(
                "If", ["x"], ["y"],
                Assembly.field(
                    5,
                    Assembly.field(1, "then") + Assembly.field(20, 5)
                        + Assembly.field(6, graph)))
        }
        #expect(try error(of: Assembly.model(graph)).contains("cannot be read as ONNX"))
    }

    @Test(
        "whose numbers are beyond all reason is refused",
        arguments: [
            ("strides", [Int.max, Int.max]), ("strides", [0, 0]), ("strides", [-1, 1]),
            ("pads", [Int.max, 0, Int.max, 0]), ("pads", [1 << 40, 0, 0, 0]),
            ("kernel_shape", [1 << 40, 1 << 40]), ("kernel_shape", [0, 0]), ("strides", [1]),
        ])
    func settings(_ name: String, _ values: [Int]) throws {
        let shape = name == "kernel_shape" ? [] : Assembly.integers("kernel_shape", [2, 2])
        let pool = Assembly.node(
            "MaxPool", ["x"], ["y"], shape + Assembly.integers(name, values))
        let words = try error(of: Assembly.model(Assembly.graph(pool)))
        #expect(words.contains("MaxPool"), "\(words)")
    }

    @Test(
        "whose tensors are larger than it is refused",
        arguments: [
            [1 << 62, 4], [-1], [1 << 40], [1 << 31, 1 << 31], [1, 1, 1, 1, 1, 1, 1, 1, 1],
        ])
    func tensors(_ shape: [Int]) throws {
        let tensor = Assembly.tensor("w", shape, Assembly.field(9, [0, 0, 0, 0]))
        let words = try error(of: Assembly.model(Assembly.graph(relu) + tensor))
        #expect(words != "no error")
    }

    @Test(
        "that keeps numbers elsewhere than beside it is refused",
        arguments: ["../secret", "/etc/passwd", "folder/weights", "..", ".", "", "a\\b"])
    func elsewhere(_ place: String) throws {
        let location = Assembly.field(
            13, Assembly.field(1, "location") + Assembly.field(2, place))
        let tensor = Assembly.tensor("w", [1], location + Assembly.field(14, 1))
        let words = try error(of: Assembly.model(Assembly.graph(relu) + tensor)) { folder in
            try FileManager.default.createDirectory(
                atPath: folder.file("folder"), withIntermediateDirectories: true)
            try Data([0, 0, 0, 0]).write(to: URL(filePath: folder.file("folder/weights")))
        }
        #expect(words.contains("which is not a file beside the model"), "\(words)")
    }

    @Test("that keeps numbers behind a link is refused, and in a file beside it is read")
    func links() throws {
        let location = Assembly.field(
            13, Assembly.field(1, "location") + Assembly.field(2, "weights"))
        let model = Assembly.model(
            Assembly.graph(Assembly.node("Mul", ["x", "w"], ["y"]))
                + Assembly.tensor("w", [1], location + Assembly.field(14, 1)))
        let numbers = Data([0, 0, 0, 64])
        let linked = try error(of: model) { folder in
            try numbers.write(to: URL(filePath: folder.file("real")))
            try FileManager.default.createSymbolicLink(
                atPath: folder.file("weights"), withDestinationPath: "real")
        }
        #expect(linked.contains("weights"), "\(linked)")
        #expect(linked != "no error")
        let beside = try error(of: model) { folder in
            try numbers.write(to: URL(filePath: folder.file("weights")))
        }
        #expect(beside == "no error")
        let short = try error(of: model) { folder in
            try numbers.prefix(3).write(to: URL(filePath: folder.file("weights")))
        }
        #expect(short.contains("ends too early"), "\(short)")
    }

    @Test("is told by operator, node and opset when it needs what is not supported")
    func unsupported() throws {
        let node = Assembly.node("Einsum", ["x"], ["y"], Assembly.field(3, "mixer"))
        let words = try error(of: Assembly.model(Assembly.graph(node), opset: 19))
        #expect(words.contains("Einsum (node 'mixer', opset 19)"), "\(words)")
        let old = try error(of: Assembly.model(Assembly.graph(relu), opset: 8))
        #expect(old.contains("versions 9 to 25"), "\(old)")
    }
}
