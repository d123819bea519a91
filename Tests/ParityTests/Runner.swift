import Checkpoints
import Foundation
import Inference
import Networks

/// A way to run a network; every case is run in each of them.
///
/// Another engine joins here: one case, one branch in ``logits(of:_:_:)``.
enum Runner: String, CaseIterable, Sendable {
    /// The plain loops.
    case reference
    /// The engine, in f32, with the fastest kernels of this processor.
    case engine

    /// The ways that `PARITY_RUNNERS` names, with commas between them; all where it names none.
    ///
    /// The plain loops take minutes an image for the largest networks.
    static let chosen: [Runner] = {
        guard let names = ProcessInfo.processInfo.environment["PARITY_RUNNERS"], !names.isEmpty
        else { return allCases }
        return names.split(separator: ",").compactMap { Runner(rawValue: String($0)) }
    }()

    /// The logits of each image, `[3, h, w]`.
    func logits(
        of images: [[Float]], _ network: Network, _ checkpoint: Checkpoint
    ) throws -> [[Float]] {
        switch self {
        case .reference:
            let interpreter = ReferenceInterpreter(network, checkpoint)
            return try images.map(interpreter.logits)
        case .engine:
            let compiled = try CompiledNetwork(network, checkpoint, batch: 1)
            let session = try InferenceSession(compiled, in: Workspace(for: [compiled]))
            return images.map { image in
                let area = network.input.height * network.input.width
                for (index, number) in image.enumerated() {
                    session.input[index % area * network.input.channels + index / area] = number
                }
                return Array(session.run(count: 1))
            }
        }
    }
}
