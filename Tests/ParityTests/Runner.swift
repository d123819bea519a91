import Checkpoints
import Inference
import Networks

/// A way to run a network; every case is run in each of them.
///
/// Another engine joins here: one case, one branch in ``logits(of:_:_:)``.
enum Runner: String, CaseIterable, Sendable {
    /// The plain loops.
    case reference
    /// The engine, in f32.
    case engine

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
                let size = image.count / 3
                for i in 0..<image.count { session.input[i] = image[i % 3 * size + i / 3] }
                return Array(session.run(count: 1).prefix(compiled.classes))
            }
        }
    }
}
