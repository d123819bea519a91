import Checkpoints
import Foundation
import Models
import Networks
import TestSupport
import Testing

/// What people bring who have fine-tuned a published network.
@Suite("Fine-tuned weights that a user adds", .serialized)
struct AddedWeightsTests {
    let folder = TemporaryFolder()

    private var machine: [String: String] {
        ["XDG_DATA_HOME": folder.file("data"), "PIPELINE_CACHE": folder.file("cache")]
    }

    /// Writes SqueezeNet's tensors for three classes, as `change` wants them.
    private func write(
        _ name: String, _ change: (inout [(name: String, shape: [Int])]) -> Void
    ) throws {
        let architecture = try #require(Architecture.named("squeezenet1_1").first)
        var tensors = architecture.network(classes: 3).parameters.map {
            (name: $0.name, shape: $0.shape)
        }
        change(&tensors)
        let encoded = try SafetensorsWriter.encode(
            tensors.map { name, shape in
                (
                    name: name, type: ElementType.f32, shape: shape,
                    bytes: [UInt8](repeating: 0, count: 4 * shape.reduce(1, *))
                )
            }, metadata: [:])
        try encoded.write(to: URL(filePath: folder.file(name)))
    }

    private func add(_ name: String, _ file: String) async throws -> Program.Outcome {
        try await Program.run(
            "models", "add", name, "--weights", folder.file(file), "--architecture",
            "squeezenet1_1", environment: machine)
    }

    @Test(
        "have as many classes as the last layer, under any wrapper's prefix",
        arguments: ["", "module.", "model.", "state_dict.model."])
    func prefixes(_ prefix: String) async throws {
        try write("w") { tensors in
            for index in tensors.indices { tensors[index].name = prefix + tensors[index].name }
        }
        let outcome = try await add("mine", "w")
        #expect(outcome.status == 0, "\(outcome.err)")
        #expect(outcome.out.contains("classes     3 "), "\(outcome.out)")
        #expect(outcome.out.contains("224×224 RGB"))
    }

    @Test("have each tensor named that is missing, extra or of another shape")
    func misfits() async throws {
        try write("w") { tensors in
            tensors.removeAll { $0.name == "features.0.bias" }
            tensors.append(("head.weight", [2, 2]))
            for index in tensors.indices where tensors[index].name == "features.3.squeeze.weight" {
                tensors[index].shape = [16, 64, 3, 3]
            }
        }
        let outcome = try await add("mine", "w")
        #expect(outcome.status == 65)
        for words in [
            "does not hold the weights of 'squeezenet1_1'", "1 missing:", "'features.0.bias'",
            "1 not in this architecture:", "'head.weight'", "1 of another shape:",
            "'features.3.squeeze.weight' has shape [16, 64, 3, 3], not [16, 64, 1, 1]",
        ] { #expect(outcome.err.contains(words), "\(outcome.err)") }
        #expect(!FileManager.default.fileExists(atPath: folder.file("data/pipeline/models.json")))
    }

    @Test("are refused where they are another network's")
    func another() async throws {
        try write("w") { tensors in tensors = [("conv1.weight", [64, 3, 7, 7])] }
        let outcome = try await add("mine", "w")
        #expect(outcome.status == 65)
        #expect(outcome.err.contains("and 40 more"), "\(outcome.err)")
    }
}
