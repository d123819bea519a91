import Foundation
import Fuzzing
import TestSupport
import Testing

@testable import ModelFuzz

/// A thousand damaged files of each kind, in a process of their own whose memory can be measured.
///
/// `make damage` plays more of them for as long as one likes.
@Suite("A damaged model file")
struct EnduranceTests {
    /// Files that are damaged, and seeds enough for a thousand damages of each kind.
    struct Kind: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let files: [String]
        let seeds: Int
    }

    private static let tests = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func checkpoints(_ names: String...) -> [String] {
        names.map { tests.appending(path: "CheckpointsTests/Fixtures/\($0)").path }
    }

    static let kinds = [
        Kind(testDescription: "ONNX", files: Fixtures.cases.map(\.model), seeds: 100),
        Kind(
            testDescription: "safetensors", files: checkpoints("types.safetensors"), seeds: 1000),
        Kind(
            testDescription: "PyTorch",
            files: checkpoints(
                "types_zip.pt", "training_zip.pt", "types_legacy.pth", "nested_legacy.pth"),
            seeds: 250),
    ]

    @Test("is refused or read, without a crash, a hang or much memory", arguments: kinds)
    func endurance(_ kind: Kind) throws {
        let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let program = URL(filePath: bundle).deletingLastPathComponent()
            .appending(path: "ModelFuzz").path
        let outcome = try Command.run([program, "1..\(kind.seeds)"] + kind.files)
        #expect(outcome.status == 0, "\(outcome.out)")
        let played = outcome.out.split(separator: " ").first.flatMap { Int($0) } ?? 0
        #expect(played >= 1000, "\(outcome.out)")
        print("damaged \(kind.testDescription): \(outcome.out)", terminator: "")
    }

    @Test("is damaged the same way by the same seed, and hardly ever left whole", arguments: kinds)
    func damage(_ kind: Kind) throws {
        let file = try #require(kind.files.first)
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: file)))
        let parser = Parser(of: file)
        let damaged = (1...UInt64(200)).map { Damage(seed: $0).applied(to: bytes, parser) }
        #expect(damaged == (1...UInt64(200)).map { Damage(seed: $0).applied(to: bytes, parser) })
        #expect(damaged.count { $0 == bytes } < 20)
        #expect(Set(damaged).count > 150)
    }
}
