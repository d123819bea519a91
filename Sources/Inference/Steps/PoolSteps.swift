import CKernels
import Networks

/// The largest number, or the mean, of each window.
struct PoolStep: RowStep {
    private let isa: kernel_isa
    private let input: Int
    private let output: Int
    private let layer: pool_layer
    private let window: kernel_window
    private let isMean: Bool
    private let windows: RowWindows
    let rowBytes: Int

    /// A mean where `countsPadding` says how padding counts, else a maximum.
    init(
        _ pool: Pool, countsPadding: Bool?, from input: (index: Int, format: Format, shape: Shape),
        to output: (index: Int, layout: MapLayout), isa: kernel_isa
    ) {
        self.isa = isa
        self.input = input.index
        self.output = output.index
        window = output.layout.window
        isMean = countsPadding != nil
        windows = RowWindows(
            kernel: pool.kernel.height, stride: pool.stride.height, padding: pool.padding.top,
            inputRows: input.shape.height)
        rowBytes = output.layout.blocks * output.layout.rowBytes
        layer = pool_layer(
            element: input.format.element.code, blocks: Int32(output.layout.blocks),
            rows: Int32(input.shape.height), columns: Int32(input.shape.width),
            kernel_rows: Int32(pool.kernel.height), kernel_columns: Int32(pool.kernel.width),
            stride_rows: Int32(pool.stride.height), stride_columns: Int32(pool.stride.width),
            top: Int32(pool.padding.top), left: Int32(pool.padding.left),
            bottom: Int32(pool.padding.bottom), right: Int32(pool.padding.right),
            counts_padding: countsPadding == true ? 1 : 0, zero: input.format.zero)
    }

    var rows: Int { Int(window.end_row) }

    func inputRows(for rows: Int) -> Int { windows.inputRows(for: rows) }

    func run(_ frame: Frame, rows: Range<Int>) {
        let (from, to) = (frame.places + input, frame.places + output)
        let strip = kernel_window(
            width: window.width, first_row: Int32(rows.lowerBound),
            end_row: Int32(rows.upperBound))
        withUnsafePointer(to: layer) { layer in
            if isMean {
                pool_mean(isa, layer, from, to, strip)
            } else {
                pool_maximum(isa, layer, from, to, strip)
            }
        }
    }
}

/// The mean of every channel, a vector of f32.
struct GlobalPoolStep: Step {
    let isa: kernel_isa
    let input: Int
    let output: Int
    let format: Format
    let layout: MapLayout

    func run(_ frame: Frame) {
        let to = UnsafeMutableRawPointer(frame.places[output].data)
            .assumingMemoryBound(to: Float.self)
        pool_all(
            isa, format.element.code, Int32(layout.blocks), format.scale,
            -format.zero * format.scale, frame.places + input, layout.window, to)
    }
}
