import CKernels
import Networks

/// A convolution that filters each channel by itself, with a square kernel.
final class DepthwiseStep: RowStep, @unchecked Sendable {
    private let isa: kernel_isa
    private let input: Int
    private let output: Int
    private let window: kernel_window
    private let windowOffset: Int
    private let layer: depthwise_layer
    private let buffers: [Packed]
    private let windows: RowWindows
    let rowBytes: Int

    init(
        _ layer: ConvolutionLayer, _ values: ConvolutionValues, isa: kernel_isa
    ) throws(InferenceError) {
        self.isa = isa
        input = values.input
        output = values.output
        window = values.outputLayout.window
        let layout = values.inputLayout
        windows = RowWindows(layer.geometry, values)
        rowBytes = values.outputLayout.blocks * values.outputLayout.rowBytes
        windowOffset =
            -layer.geometry.padding.top * layout.rowBytes
            - layer.geometry.padding.left * layout.pixelBytes

        let weights = ConvolutionWeights(layer, values.inputFormat)
        let epilogue = Epilogue(layer, weights, values)
        let scale = try Packed(epilogue.scale.inBlocks)
        let bias = try Packed(epilogue.bias.inBlocks)
        let (side, step) = (layer.geometry.kernel.height, layer.geometry.stride.height)
        let element = values.inputFormat.element
        let packed = try Self.packed(
            weights.numbers, side: side, stride: step, element, blocks: layout.blocks, isa)
        buffers = [scale, bias, packed]
        self.layer = depthwise_layer(
            element: element.code, blocks: Int32(layout.blocks), kernel: Int32(side),
            stride: Int32(step), weights: packed.address, scale: scale.floats(),
            bias: bias.floats(), clamps: epilogue.clamp == .none ? 0 : 1,
            low: epilogue.clamp.low, high: epilogue.clamp.high)
    }

    /// Whether the kernel is one that this step has code for.
    static func canRun(_ layer: ConvolutionLayer, inputs: Int) -> Bool {
        let geometry = layer.geometry
        return layer.isDepthwise(inputs: inputs) && !layer.addsResidual
            && geometry.kernel.height == geometry.kernel.width
            && geometry.stride.height == geometry.stride.width
            && geometry.dilation == .square(1)
    }

    var rows: Int { Int(window.end_row) }

    func inputRows(for rows: Int) -> Int { windows.inputRows(for: rows) }

    func run(_ frame: Frame, rows: Range<Int>) {
        var from = frame.places[input]
        from.data += windowOffset
        let strip = kernel_window(
            width: window.width, first_row: Int32(rows.lowerBound),
            end_row: Int32(rows.upperBound))
        withUnsafePointer(to: layer) { layer in
            withUnsafePointer(to: from) { from in
                depthwise(isa, layer, 0, layer.pointee.blocks, from, frame.places + output, strip)
            }
        }
    }

    /// `[blocks, packed]` of `numbers`, `[channels, side, side]`.
    private static func packed(
        _ numbers: [Float], side: Int, stride: Int, _ element: Element, blocks: Int,
        _ isa: kernel_isa
    ) throws(InferenceError) -> Packed {
        let bytes = depthwise_packed_bytes(isa, element.code, Int32(side), Int32(stride))
        let buffer = try Packed(bytes: blocks * bytes)
        let area = side * side
        let channels = numbers.count / area
        for block in 0..<blocks {
            var weights = [Float](repeating: 0, count: area * 16)
            for lane in 0..<16 where block * 16 + lane < channels {
                for position in 0..<area {
                    weights[position * 16 + lane] =
                        numbers[(block * 16 + lane) * area + position].rounded(to: element)
                }
            }
            depthwise_pack(
                isa, element.code, Int32(side), Int32(stride), weights,
                buffer.address + block * bytes)
        }
        return buffer
    }
}

extension Float {
    /// The number as `element` holds it.
    fileprivate func rounded(to element: Element) -> Float {
        element == .bf16 ? Float(bitPattern: UInt32(bfloat16) << 16) : self
    }
}
