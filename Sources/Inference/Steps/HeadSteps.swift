import COpenBLAS
import Networks

/// A layer of the head, for a whole batch: `[n, count]` to `[n, count]`, f32.
enum HeadStep: Sendable {
    case linear(BatchedLinear)
    case activation(Activation)
    case softmax

    /// Computes `rows` rows.
    func run(
        _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, rows: Int, count: Int
    ) {
        switch self {
        case .linear(let linear): linear.run(input, output, rows: rows)
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

/// A matrix product through OpenBLAS, for a whole batch.
///
/// OpenBLAS forms its sums in another order for other numbers of rows. So that an image's result
/// does not depend on the batch, every call has the same number of rows, unused ones zero.
struct BatchedLinear: Sendable {
    private static let rowsAtOnce = 8

    let layer: LinearLayer

    private var outputs: Int { layer.bias.count }
    private var inputs: Int { layer.weights.count / max(layer.bias.count, 1) }

    func run(_ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, rows: Int) {
        let most = Self.rowsAtOnce
        withUnsafeTemporaryAllocation(of: Float.self, capacity: most * inputs) { from in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: most * outputs) { to in
                guard let from = from.baseAddress, let to = to.baseAddress else { return }
                for first in stride(from: 0, to: rows, by: most) {
                    let count = min(most, rows - first)
                    from.initialize(repeating: 0, count: most * inputs)
                    from.update(from: input + first * inputs, count: count * inputs)
                    multiply(from, to)
                    (output + first * outputs).update(from: to, count: count * outputs)
                }
            }
        }
    }

    private func multiply(_ from: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>) {
        for row in 0..<Self.rowsAtOnce {
            (to + row * outputs).initialize(from: layer.bias, count: outputs)
        }
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, CInt(Self.rowsAtOnce), CInt(outputs),
            CInt(inputs), 1, from, CInt(inputs), layer.weights, CInt(inputs), 1, to, CInt(outputs))
    }
}
