import COpenBLAS

/// A matrix product through OpenBLAS, for a whole batch: `[n, inputs]` to `[n, outputs]`.
///
/// OpenBLAS forms its sums in another order for other numbers of rows. So that an image's result
/// does not depend on the batch, every call has the same number of rows, unused ones zero.
struct LinearKernel: Sendable {
    private static let rows = 8

    let layer: LinearLayer
    let batch: Int

    var outputs: Int { layer.bias.count }
    var inputs: Int { layer.weights.count / max(layer.bias.count, 1) }

    func run(_ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.rows * inputs) { from in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.rows * outputs) { to in
                guard let from = from.baseAddress, let to = to.baseAddress else { return }
                for first in stride(from: 0, to: batch, by: Self.rows) {
                    let count = min(Self.rows, batch - first)
                    from.initialize(repeating: 0, count: Self.rows * inputs)
                    from.update(from: input + first * inputs, count: count * inputs)
                    multiply(from, to)
                    (output + first * outputs).update(from: to, count: count * outputs)
                }
            }
        }
    }

    private func multiply(_ from: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>) {
        for row in 0..<Self.rows {
            (to + row * outputs).initialize(from: layer.bias, count: outputs)
        }
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, CInt(Self.rows), CInt(outputs), CInt(inputs),
            1, from, CInt(inputs), layer.weights, CInt(inputs), 1, to, CInt(outputs))
    }
}
