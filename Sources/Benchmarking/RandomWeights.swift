import Checkpoints
import Foundation
import Networks

/// Numbers in the place of weights: how fast a network runs does not depend on them.
enum RandomWeights {
    /// Random tensors for every parameter of `network`, scaled so that activations keep their size.
    ///
    /// Throws `CheckpointError`.
    static func checkpoint(for network: Network) throws -> Checkpoint {
        var generator = Generator()
        let tensors = try network.parameters.map { parameter in
            let fan = Float(max(1, parameter.shape.dropFirst().reduce(1, *)))
            let scale = parameter.shape.count == 1 ? 0.25 : (3 / fan).squareRoot()
            // Deviations and factors are about one, never zero.
            let centre: Float =
                parameter.shape.count == 1 && !parameter.name.hasSuffix("mean") ? 1 : 0
            let values = [Float](unsafeUninitializedCapacity: parameter.count) { room, count in
                for index in 0..<parameter.count {
                    room.initializeElement(at: index, to: centre + scale * generator.next())
                }
                count = parameter.count
            }
            return try Tensor(
                parameter.name, shape: parameter.shape, values: values, path: "random weights")
        }
        return try Checkpoint(path: "random weights", format: .safetensors, holding: tensors)
    }

    /// Marsaglia's xorshift: quick, and random enough for a load.
    private struct Generator {
        private var state: UInt32 = 2_463_534_242

        /// The next of -1 ..< 1.
        mutating func next() -> Float {
            state ^= state << 13
            state ^= state >> 17
            state ^= state << 5
            return Float(Int32(bitPattern: state)) / 2_147_483_648
        }
    }
}
