import Checkpoints
import Foundation
import Interchange
import TestSupport
import Testing

/// Damage of every kind must end in an error or in a network, never in a crash or a standstill.
@Suite("A damaged ONNX file")
struct MutationTests {
    /// Imports `bytes` and touches every tensor; the error it ended in, if it did.
    private func outcome(of bytes: [UInt8], at path: String) throws -> ONNXError? {
        try Data(bytes).write(to: URL(filePath: path))
        var outcome: ONNXError?
        let time = processorTime { outcome = imported(from: path) }
        #expect(time < .seconds(5))
        return outcome
    }

    private func imported(from path: String) -> ONNXError? {
        do {
            let imported = try ONNXImporter(try ONNXFile(path: path)).network()
            for tensor in imported.checkpoint.tensors.values where tensor.count <= 1 << 20 {
                // Damage may turn a tensor into one of numbers that are none.
                _ = try? tensor.floats()
            }
            return nil
        } catch {
            #expect(!error.description.isEmpty)
            return error
        }
    }

    @Test(
        "is refused, or read as far as it makes sense, at every length", arguments: Fixtures.cases)
    func truncation(_ item: ModelCase) throws {
        let folder = TemporaryFolder()
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: item.model)))
        var refused = 0
        for length in stride(from: 0, to: bytes.count, by: 7) {
            let error = try outcome(of: Array(bytes.prefix(length)), at: folder.file("cut.onnx"))
            if error != nil { refused += 1 }
        }
        // A cut between the last fields of the file leaves a model without its opsets.
        #expect(refused == (bytes.count + 6) / 7)
    }

    @Test("with wrong bytes in it ends in an error or in a network", arguments: Fixtures.cases)
    func flips(_ item: ModelCase) throws {
        let folder = TemporaryFolder()
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: item.model)))
        var generator = SeededGenerator(seed: 20_260_214)
        var refused = 0
        for round in 0..<1000 {
            var damaged = bytes
            for _ in 0...round % 4 {
                let place = Int.random(in: 0..<damaged.count, using: &generator)
                damaged[place] =
                    round.isMultiple(of: 2)
                    ? damaged[place] ^ (1 << UInt8.random(in: 0..<8, using: &generator))
                    : UInt8.random(in: 0...255, using: &generator)
            }
            if try outcome(of: damaged, at: folder.file("flipped.onnx")) != nil { refused += 1 }
        }
        #expect(refused > 50)
    }

    @Test("with extreme numbers in it ends in an error or in a network", arguments: Fixtures.cases)
    func extremes(_ item: ModelCase) throws {
        let folder = TemporaryFolder()
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: item.model)))
        // The largest numbers of one, four and nine bytes as protobuf writes them, and -1.
        let patterns: [[UInt8]] = [
            [0x7F], [0xFF, 0xFF, 0xFF, 0x7F],
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
        ]
        for pattern in patterns {
            for place in stride(from: 0, to: bytes.count - pattern.count, by: 5) {
                var damaged = bytes
                damaged.replaceSubrange(place..<place + pattern.count, with: pattern)
                _ = try outcome(of: damaged, at: folder.file("extreme.onnx"))
            }
        }
    }
}
