import CKernels
import Networks

/// A convolution over all channels, or over groups of them.
final class DenseStep: Step, @unchecked Sendable {
    private let isa: kernel_isa
    private let input: Int
    private let output: Int
    private let residual: Int?
    private let window: kernel_window
    /// From the input's first pixel to the first window's first pixel.
    private let windowOffset: Int
    private let stride: Extent
    private let packed: PackedConvolution
    private let rowsAtOnce: Int

    init(
        _ layer: ConvolutionLayer, _ values: ConvolutionValues, isa: kernel_isa
    ) throws(InferenceError) {
        self.isa = isa
        input = values.input
        output = values.output
        residual = layer.addsResidual ? values.residual : nil
        window = values.outputLayout.window
        stride = layer.geometry.stride
        let layout = values.inputLayout
        windowOffset = -layer.geometry.padding.top * layout.rowBytes
            - layer.geometry.padding.left * layout.pixelBytes
        packed = try PackedConvolution(layer, values)
        rowsAtOnce = Self.rowsAtOnce(values)
    }

    func run(_ frame: Frame) {
        var from = frame.places[input]
        from.data += windowOffset
        from.row *= stride.height
        from.column *= stride.width
        var strip = window
        withUnsafePointer(to: from) { from in
            while strip.first_row < window.end_row {
                strip.end_row = min(strip.first_row + Int32(rowsAtOnce), window.end_row)
                convolve(
                    isa, packed.layer, from, frame.places + output,
                    residual.map { frame.places + $0 }, strip)
                strip.first_row = strip.end_row
            }
        }
    }

    /// As many rows as keep what the output blocks read again and again in the second-level cache.
    private static func rowsAtOnce(_ values: ConvolutionValues) -> Int {
        let (input, output) = (values.inputLayout, values.outputLayout)
        let row = input.blocks * input.rowBytes * (input.shape.height / max(output.shape.height, 1))
            + output.blocks * output.rowBytes
        let rows = max(1, (384 << 10) / max(row, 1))
        return rows >= output.shape.height ? output.shape.height : max(rows, 1)
    }
}

/// What a convolution reads and writes.
struct ConvolutionValues {
    var input: Int
    var output: Int
    var residual: Int?
    var inputLayout: MapLayout
    var outputLayout: MapLayout
    var inputFormat: Format
    var outputFormat: Format
    var residualFormat: Format?
}
