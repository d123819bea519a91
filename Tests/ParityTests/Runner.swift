import Checkpoints
import Inference
import Networks

/// A way to run a network; every case is run in each of them.
///
/// Another engine joins here: one case, one branch in ``logits(of:_:_:)``.
enum Runner: String, CaseIterable, Sendable {
    /// The plain loops.
    case reference

    /// The logits of each image, `[3, h, w]`.
    func logits(
        of images: [[Float]], _ network: Network, _ checkpoint: Checkpoint
    ) throws -> [[Float]] {
        switch self {
        case .reference:
            let interpreter = ReferenceInterpreter(network, checkpoint)
            return try images.map(interpreter.logits)
        }
    }
}
