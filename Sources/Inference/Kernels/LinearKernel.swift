import COpenBLAS

/// A matrix product through OpenBLAS, for a whole batch: `[n, inputs]` to `[n, outputs]`.
struct LinearKernel: Sendable {
    let layer: LinearLayer
    let batch: Int

    var outputs: Int { layer.bias.count }
    var inputs: Int { layer.weights.count / max(layer.bias.count, 1) }

    func run(_ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>) {
        for image in 0..<batch {
            (output + image * outputs).update(from: layer.bias, count: outputs)
        }
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, CInt(batch), CInt(outputs), CInt(inputs),
            1, input, CInt(inputs), layer.weights, CInt(inputs), 1, output, CInt(outputs))
    }
}
