import Checkpoints
import Foundation
import Inference
import Interchange
import Labelling
import Models
import Networks
import PipelineCore
import Results

@testable import Weights

extension Parser {
    /// Opens a parameter file, and fits it to names that it has under a wrapper.
    func readCheckpoint(_ bytes: [UInt8]) throws {
        let file = try file(bytes)
        let checkpoint = try Checkpoint(path: file.path)
        touch(checkpoint)
        let wanted = Set(checkpoint.names.map { String($0.split(separator: ".").last ?? "") })
        let unwrapped = try checkpoint.unwrapped(for: wanted)
        _ = unwrapped.misfits(wanted.map { ($0, [1]) }, ignoring: { _ in false }).description
    }

    /// Imports a model; what is small enough is planned and run, too.
    func readNetwork(_ bytes: [UInt8]) throws {
        let file = try file(bytes)
        let imported = try ONNXImporter(try ONNXFile(path: file.path)).network()
        touch(imported.checkpoint)
        let network = imported.network
        let isSmall =
            network.parameterCount < 1 << 20 && network.multiplyAdds < 1 << 28
            && network.nodes.allSatisfy { $0.shape.count < 1 << 18 }
        guard isSmall, network.nodes.count < 1000 else { return }
        try run(CompiledNetwork(network, imported.checkpoint, batch: 1), network.input.count)
    }

    /// Plans a network by the ranges, which a submitter sends and a worker computes with.
    func readRanges(_ bytes: [UInt8]) throws {
        let artefact = try decode(QuantisationArtefact.self, Data(bytes))
        _ = artefact.figures.passesGuard
        let (network, checkpoint) = try Self.example.get()
        let compiled = try CompiledNetwork(
            network, checkpoint, batch: 1, arithmetic: Arithmetic(artefact))
        try run(compiled, network.input.count)
    }

    /// A result counts when all of it can be read.
    func readResult(_ bytes: [UInt8]) throws {
        let file = try file(bytes)
        let result = try ShardResultFile(path: file.path)
        check(result.labelled >= 0, "\(result.failures.count) failures of \(result.rows) images")
        var logits: [Float] = []
        for row in 0..<min(result.rows, 100) {
            result.copyLogits(ofRow: row, to: &logits)
            for member in result.members.indices {
                let own = result.logits(member: member, row: row)
                check(own.count == result.members[member].classes, "\(own.count) logits")
            }
            if let failure = result.failure(row) {
                check(failure.detail.utf8.count <= bytes.count, "a reason from nowhere")
            }
        }
    }

    /// The list, and the shelf that it adds to.
    func readAdded(_ bytes: [UInt8]) throws {
        let file = try file(bytes)
        _ = try AddedModels(file: file.path).shelf().entries.map(\.name)
    }

    /// The names of two classes.
    func readClasses(_ bytes: [UInt8]) throws {
        let labels = try ClassFile.labels(
            in: String(decoding: bytes, as: UTF8.self), count: 2, file: "classes.txt")
        check(Set(labels).count == 2 && !labels.contains(""), "\(labels)")
    }

    /// Every member of an archive, up to 16 MiB of all that it unpacks to.
    func readWheel(_ bytes: [UInt8]) throws {
        let file = try file(bytes)
        let archive = try ZipArchive(path: file.path)
        var unpacked = 0
        for member in archive.members where member.size < 1 << 24 {
            try archive.read(member) { piece in
                unpacked += piece.count
                guard unpacked < 1 << 24 else { throw Nothing(description: "too much") }
            }
        }
    }

    private func file(_ bytes: [UInt8]) throws -> NamelessFile {
        guard let file = NamelessFile(bytes) else { throw Nothing(description: "no file") }
        return file
    }

    private func run(_ compiled: CompiledNetwork, _ inputs: Int) throws {
        let session = try InferenceSession(compiled, in: Workspace(for: [compiled]))
        for index in 0..<inputs { session.input[index] = Float(index % 7) - 3 }
        _ = session.run(count: 1)
    }

    private func touch(_ checkpoint: Checkpoint) {
        for name in checkpoint.names {
            guard let tensor = checkpoint.tensors[name], tensor.count <= 1 << 20 else { continue }
            // Damage may turn a tensor into one of numbers that are none.
            _ = try? tensor.floats()
            _ = try? tensor.integers()
        }
    }

    /// A small network and its parameters.
    static let example = Result {
        let path = Fixtures.path("InterchangeTests/Fixtures/mobile/model.onnx")
        let imported = try ONNXImporter(try ONNXFile(path: path)).network()
        return (imported.network, imported.checkpoint)
    }
}
