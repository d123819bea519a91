import CKernels
import Networks

/// A layer of the head, for a whole batch: `[n, count]` to `[n, count]`, f32.
enum HeadStep: Sendable {
    case linear(BatchedLinear)
    case wholeLinear(WholeLinear)
    case activation(Activation)
    case softmax

    /// Computes `rows` rows.
    func run(
        _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, rows: Int, count: Int
    ) {
        switch self {
        case .linear(let linear): linear.run(input, output, rows: rows)
        case .wholeLinear(let linear): linear.run(input, output, rows: rows)
        case .activation(let activation):
            let numbers = UnsafeBufferPointer(start: input, count: rows * count)
            output.update(
                from: PlainLoops.activated(Array(numbers), activation), count: rows * count)
        case .softmax:
            for row in 0..<rows {
                let numbers = Array(UnsafeBufferPointer(start: input + row * count, count: count))
                let map = PlainLoops.Map(
                    shape: Shape(channels: count, height: 1, width: 1), numbers: numbers)
                (output + row * count).update(
                    from: PlainLoops.result(of: .softmax, [map], shape: map.shape), count: count)
            }
        }
    }
}

/// A matrix product for a whole batch: its weights are read once for all images.
final class BatchedLinear: @unchecked Sendable {
    private let isa: kernel_isa
    private let layer: linear_layer
    private let buffers: [Packed]

    /// Packs the weights as numbers of `element`, f32 or bf16.
    init(_ layer: LinearLayer, _ element: Element, isa: kernel_isa) throws(InferenceError) {
        self.isa = isa
        let outputs = layer.bias.count
        let inputs = layer.weights.count / max(outputs, 1)
        let packed = try Packed(
            bytes: linear_packed_bytes(element.code, Int32(inputs), Int32(outputs)))
        linear_pack(
            element.code, Int32(inputs), Int32(outputs), layer.weights, 1, inputs, packed.address)
        buffers = [packed, try Packed(layer.bias)]
        self.layer = linear_layer(
            element: element.code, inputs: Int32(inputs), outputs: Int32(outputs),
            weights: packed.address, bias: buffers[1].floats())
    }

    func run(_ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, rows: Int) {
        withUnsafePointer(to: layer) {
            linear(
                isa, $0, input, Int(layer.inputs), output, Int(layer.outputs), Int32(rows))
        }
    }
}
