import Checkpoints
import Foundation
import Interchange
import Networks
import Testing

/// What stands in `Fixtures`, written by `scripts/make_onnx_fixtures.py`.
enum Fixtures {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures")
    static let cases = ModelCase.all(in: folder)

    static func imported(_ name: String) throws -> ImportedNetwork {
        let path = folder.appending(path: "\(name)/model.onnx").path
        return try ONNXImporter(try ONNXFile(path: path)).network()
    }
}

@Suite("An imported network")
struct ImporterTests {
    @Test("says what ONNX Runtime says", arguments: Fixtures.cases, Engine.allCases)
    func agreement(_ item: ModelCase, by engine: Engine) {
        switch item.outcome(by: engine) {
        case .passed: break
        case .notClaimed(let why): Issue.record("not claimed: \(why)")
        case .failed(let why): Issue.record("\(why)")
        }
    }

    @Test("has one node for an activation that was spelled with several")
    func activations() throws {
        let names = try Fixtures.imported("spelled").network.nodes.map(\.operation.name)
        #expect(names.contains("gelu"))
        #expect(names.contains("silu"))
        #expect(names.contains("hardSwish"))
        #expect(names.contains("relu6"))
    }

    @Test("has no node for a transpose or a reshape")
    func movements() throws {
        let keras = try Fixtures.imported("keras")
        #expect(keras.readsChannelsLast)
        let names = keras.network.nodes.map(\.operation.name)
        #expect(
            names == [
                "input", "convolution", "scaleShift", "relu", "pad", "maxPool", "linear",
                "scaleShift",
            ])
        let shuffle = try Fixtures.imported("shuffle").network.nodes.map(\.operation.name)
        #expect(shuffle.contains("shuffle"))
    }

    @Test("leaves the softmax at its end off, and says so")
    func softmax() throws {
        #expect(try Fixtures.imported("keras").softmax == "Softmax")
        #expect(try Fixtures.imported("mobile").softmax == nil)
    }

    @Test("has an attention for the products, the scale and the softmax that it is written with")
    func attention() throws {
        for name in ["transformer", "transformer-fused"] {
            let names = try Fixtures.imported(name).network.nodes.map(\.operation.name)
            #expect(names.contains("attention"), "\(name)")
            #expect(!names.contains("softmax"), "\(name)")
        }
    }

    @Test("names its parameters as the file does")
    func names() throws {
        let imported = try Fixtures.imported("mobile")
        #expect(imported.network.parameters.contains { $0.name == "head.weight" })
        #expect(
            imported.network.parameters.allSatisfy {
                imported.checkpoint.tensors[$0.name]?.shape == $0.shape
            })
    }
}
