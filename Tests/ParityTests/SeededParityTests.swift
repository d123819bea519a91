import Checkpoints
import Foundation
import Models
import Networks
import Testing

/// A case whose weights and image are computed, not stored; only the logits are recorded.
struct SeededCase: Sendable, CustomTestStringConvertible {
    /// `library/name/size`.
    let key: String
    /// What the library computes.
    let logits: [Float]

    var testDescription: String { key }

    /// The cases that `scripts/record_parity.py` recorded.
    static let all: [SeededCase] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/seeded.safetensors")
        guard let recorded = try? Checkpoint(path: file.path) else { return [] }
        return recorded.names.sorted().compactMap { name in
            guard let logits = try? recorded.tensors[name]?.floats() else { return nil }
            return SeededCase(key: name, logits: logits)
        }
    }()

    /// The architecture and the side of the image.
    func architecture() throws -> (Architecture, size: Int) {
        let parts = key.split(separator: "/").map(String.init)
        let library = try #require(Library(rawValue: parts[0]))
        return (
            try #require(Architecture.named(parts[1], in: library).first),
            try #require(Int(parts[2]))
        )
    }
}

/// The same comparison without any weight file, small enough for every day.
@Suite("A seeded network", .serialized)
struct SeededParityTests {
    @Test("computes its library's logits", arguments: SeededCase.all, Runner.allCases)
    func logits(_ seeded: SeededCase, by runner: Runner) throws {
        let (architecture, size) = try seeded.architecture()
        let network = architecture.network(classes: seeded.logits.count, size: size)
        let checkpoint = try SeededNumbers.checkpoint(for: network)
        let image = SeededNumbers.units("input", count: network.input.count)
            .map { Float(4 * $0 - 2) }
        let found = try runner.logits(of: [image], network, checkpoint)
        let agreement = Agreement(found[0], with: seeded.logits)
        #expect(agreement.deviation <= Agreement.tolerance)
        #expect(agreement.hasSameLabel)
    }

    @Test("is recorded for each kind of family")
    func coverage() throws {
        let families = try SeededCase.all.map { try $0.architecture().0.family }
        #expect(Set(Architecture.all.map(\.family)).subtracting(families).isSubset(of: ["VGG"]))
    }
}
