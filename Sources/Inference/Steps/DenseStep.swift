import CKernels
import Networks

/// A convolution over all channels, or over groups of them.
final class DenseStep: RowStep, @unchecked Sendable {
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
    private let imagesAtOnce: Int
    private let windows: RowWindows
    let rowBytes: Int

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
        windowOffset =
            -layer.geometry.padding.top * layout.rowBytes
            - layer.geometry.padding.left * layout.pixelBytes
        packed = try PackedConvolution(layer, values)
        rowsAtOnce = Self.rowsAtOnce(values)
        imagesAtOnce = max(1, Self.bytesOfImages / max(values.inputLayout.bytes, 1))
        windows = RowWindows(layer.geometry, values)
        rowBytes = values.outputLayout.blocks * values.outputLayout.rowBytes
    }

    var rows: Int { Int(window.end_row) }

    func inputRows(for rows: Int) -> Int { windows.inputRows(for: rows) }

    /// Images whose maps a core keeps close go through together, so that weights are read once for
    /// all of them.
    func run(_ frames: Frames) {
        guard rowsAtOnce >= rows else {
            for index in 0..<frames.count { run(frames[index]) }
            return
        }
        var first = 0
        while first < frames.count {
            let count = min(imagesAtOnce, frames.count - first)
            run(frames[first], rows: 0..<rows, images: count)
            first += count
        }
    }

    func run(_ frame: Frame, rows: Range<Int>) { run(frame, rows: rows, images: 1) }

    private func run(_ frame: Frame, rows: Range<Int>, images: Int) {
        var from = frame.places[input]
        from.data += windowOffset
        from.row *= stride.height
        from.column *= stride.width
        var strip = window
        strip.first_row = Int32(rows.lowerBound)
        withUnsafePointer(to: from) { from in
            while strip.first_row < Int32(rows.upperBound) {
                strip.end_row = min(
                    strip.first_row + Int32(rowsAtOnce), Int32(rows.upperBound))
                convolve(
                    isa, packed.layer, from, frame.places + output,
                    residual.map { frame.places + $0 }, strip, Int32(images))
                strip.first_row = strip.end_row
            }
        }
    }

    /// What the output blocks read again and again takes at most this part of the second-level cache.
    private static let bytesAtOnce = 384 << 10
    /// The same for whole images, where more of them save more readings of weights.
    private static let bytesOfImages = 1 << 20

    /// As many rows as keep what the output blocks read again and again in the second-level cache.
    private static func rowsAtOnce(_ values: ConvolutionValues) -> Int {
        let (input, output) = (values.inputLayout, values.outputLayout)
        let row =
            input.blocks * input.rowBytes * (input.shape.height / max(output.shape.height, 1))
            + output.blocks * output.rowBytes
        let rows = max(1, bytesAtOnce / max(row, 1))
        return rows >= output.shape.height ? output.shape.height : max(rows, 1)
    }
}

extension RowWindows {
    init(_ geometry: Convolution, _ values: ConvolutionValues) {
        self.init(
            kernel: (geometry.kernel.height - 1) * geometry.dilation.height + 1,
            stride: geometry.stride.height, padding: geometry.padding.top,
            inputRows: values.inputLayout.shape.height)
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
