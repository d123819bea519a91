import Checkpoints
import Foundation
import Inference
import Interchange
import Networks
import Testing

/// An ONNX model with an input and what another implementation says of it.
struct ModelCase: CustomTestStringConvertible, Sendable {
    let folder: URL

    /// How it went.
    enum Outcome {
        case passed
        /// The model needs what is not claimed to be supported.
        case notClaimed(String)
        case failed(String)
    }

    var testDescription: String { folder.lastPathComponent }
    var model: String { folder.appending(path: "model.onnx").path }

    /// The cases anywhere beneath `folder`, by name.
    static func all(in folder: URL) -> [ModelCase] {
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        let found = (files?.compactMap { $0 as? URL } ?? []).filter {
            $0.lastPathComponent == "case.safetensors"
        }
        return found.map { ModelCase(folder: $0.deletingLastPathComponent()) }
            .sorted { $0.folder.path < $1.folder.path }
    }

    /// Imports the model and holds what `engine` says against what is recorded.
    func outcome(by engine: Engine) -> Outcome {
        do {
            let record = try Checkpoint(path: folder.appending(path: "case.safetensors").path)
            let imported = try ONNXImporter(try ONNXFile(path: model))
                .network(output: record.metadata["output"])
            guard let x = record.tensors["x"], let y = record.tensors["y"] else {
                return .failed("the case has no x and y")
            }
            let found = try engine.logits(of: images(x, imported), imported)
            return try compare(imported, found, y.floats())
        } catch ONNXError.unsupportedOperator(_, let name, _, _) {
            return .notClaimed(name)
        } catch ONNXError.unsupportedUse(_, let name, _, _, let detail) {
            return .notClaimed("\(name) \(detail)")
        } catch ONNXError.unsupportedTensor(_, _, let detail) {
            return .notClaimed("a tensor \(detail)")
        } catch ONNXError.unsupportedOpset(_, let domain, let version) {
            return .notClaimed("version \(version) of \(domain)")
        } catch ONNXError.notAClassifier(_, let detail) {
            return .notClaimed(detail)
        } catch {
            return .failed("\(error)")
        }
    }

    /// The images of a batch, `[c, h, w]` each.
    private func images(_ x: Tensor, _ imported: ImportedNetwork) throws -> [[Float]] {
        let planar = imported.readsChannelsLast ? x.transposed([0, 3, 1, 2]) : x
        let all = try planar.floats()
        let size = imported.network.input.count
        guard size > 0, all.count % size == 0 else { return [] }
        return stride(from: 0, to: all.count, by: size).map { Array(all[$0..<$0 + size]) }
    }

    private func compare(
        _ imported: ImportedNetwork, _ logits: [[Float]], _ expected: [Float]
    ) throws -> Outcome {
        let found = logits.flatMap { softmax(imported, $0) }
        guard found.count == expected.count, !found.isEmpty else {
            return .failed("\(found.count) numbers instead of \(expected.count)")
        }
        // The tolerances of ONNX's own suite, but for zeros, which it compares with a kind of sum.
        for (index, (a, b)) in zip(found, expected).enumerated()
        where !(abs(a - b) <= 1e-3 * abs(b) + 1e-5) && !(a == b) {
            return .failed("number \(index) is \(a), not \(b)")
        }
        return .passed
    }

    /// The softmax that the importer left off.
    private func softmax(_ imported: ImportedNetwork, _ logits: [Float]) -> [Float] {
        guard let kind = imported.softmax else { return logits }
        let shape = imported.network.nodes[imported.network.output].shape
        let positions = shape.height * shape.width
        var result = logits
        for position in 0..<positions {
            let places = stride(from: position, to: logits.count, by: positions)
            let highest = places.map { logits[$0] }.max() ?? 0
            let sum = places.reduce(0.0) { $0 + exp(Double(logits[$1] - highest)) }
            for place in places {
                let log = Double(logits[place] - highest) - Foundation.log(sum)
                result[place] = Float(kind == "LogSoftmax" ? log : exp(log))
            }
        }
        return result
    }
}

/// A way to run a network.
enum Engine: String, CaseIterable, Sendable {
    /// The plain loops.
    case reference
    /// What labels images, in 32-bit floats.
    case compiled

    /// The logits of images `[c, h, w]`.
    func logits(of images: [[Float]], _ imported: ImportedNetwork) throws -> [[Float]] {
        let network = imported.network
        switch self {
        case .reference:
            let interpreter = ReferenceInterpreter(network, imported.checkpoint)
            return try images.map(interpreter.logits)
        case .compiled:
            let compiled = try CompiledNetwork(network, imported.checkpoint, batch: 1)
            let session = try InferenceSession(compiled, in: Workspace(for: [compiled]))
            let (channels, area) = (
                network.input.channels, network.input.count / network.input.channels
            )
            return images.map { image in
                for (place, number) in image.enumerated() {
                    session.input[place % area * channels + place / area] = number
                }
                return Array(session.run(count: 1))
            }
        }
    }
}
