import CKernels
import Networks

/// A matrix product for a whole batch in whole numbers: weights of 8 bits with a step for each
/// output, inputs rounded to 8 bits over each image's own range.
///
/// For classifiers that are slow because they are large: half of the bytes of bf16, a quarter of
/// the multiply-adds. No ranges need be known, and sums are exact.
final class WholeLinear: @unchecked Sendable {
    private let isa: kernel_isa
    private let layer: linear_bytes_layer
    private let buffers: [Packed]

    /// The most inputs that it can add up.
    static let maximumInputs = Int(LINEAR_BYTES_INPUTS)

    /// Quantises and packs the weights of `layer`, `[outputs, inputs]`.
    init(_ layer: LinearLayer, isa: kernel_isa) throws(InferenceError) {
        self.isa = isa
        let outputs = layer.bias.count
        let inputs = layer.weights.count / max(outputs, 1)
        let weights = WholeWeights(layer.weights, channels: outputs)
        let packed = try Packed(bytes: linear_bytes_packed_bytes(Int32(inputs), Int32(outputs)))
        linear_bytes_pack(Int32(inputs), Int32(outputs), weights.numbers, packed.address)
        buffers = [
            packed, try Packed(weights.scale), try Packed(weights.sums), try Packed(layer.bias),
        ]
        self.layer = linear_bytes_layer(
            inputs: Int32(inputs), outputs: Int32(outputs), weights: packed.address,
            scale: buffers[1].floats(), sums: buffers[2].floats(), bias: buffers[3].floats())
    }

    /// Computes `rows` rows.
    func run(_ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, rows: Int) {
        let pitch = linear_bytes_input_bytes(layer.inputs)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(rows * pitch, 1)) { bytes in
            guard let base = bytes.baseAddress else { return }
            let kept = (0..<rows).map { row in
                linear_bytes_round(
                    input + row * Int(layer.inputs), layer.inputs, base + row * pitch)
            }
            withUnsafePointer(to: layer) {
                linear_bytes(isa, $0, base, kept, output, Int(layer.outputs), Int32(rows))
            }
        }
    }
}
