import CKernels
import Networks

/// Zeros around a result, put there before the result itself.
struct BorderStep: Step {
    private let value: Int
    private let border: pixelwise_border

    /// `isWhole` where nothing else lies behind the result's last block.
    init(_ value: Int, _ layout: MapLayout, _ format: Format, isWhole: Bool) {
        self.value = value
        border = pixelwise_border(
            blocks: Int32(layout.blocks), rows: Int32(layout.shape.height),
            columns: Int32(layout.shape.width), top: Int32(layout.border.top),
            left: Int32(layout.border.left), bottom: Int32(layout.border.bottom),
            right: Int32(layout.border.right), pixel: Int32(layout.pixelBytes),
            gap: Int32(layout.gap), slack: isWhole ? Int32(KERNEL_SLACK) : 0,
            byte: format.zeroByte)
    }

    func run(_ frame: Frame) {
        withUnsafePointer(to: border) { pixelwise_fill_border($0, frame.places + value) }
    }
}

/// The image as the first layers want it.
struct InputStep: Step {
    private let isa: kernel_isa
    /// One for each block of channels.
    private let layers: [pixelwise_input]
    private let layout: MapLayout

    init(_ layout: MapLayout, _ format: Format, isa: kernel_isa) {
        self.isa = isa
        self.layout = layout
        let (channels, lanes) = (layout.shape.channels, layout.lanes)
        layers = (0..<layout.blocks).map { block in
            pixelwise_input(
                element: format.element.code, channels: Int32(min(lanes, channels - block * lanes)),
                stored: Int32(lanes), pixel: Int32(channels), scale: 1 / format.scale,
                shift: format.zero)
        }
    }

    func run(_ frame: Frame) {
        var to = frame.places[0]
        for (block, layer) in layers.enumerated() {
            withUnsafePointer(to: layer) {
                pixelwise_read(isa, $0, frame.image + block * layout.lanes, &to, layout.window)
            }
            to.data += layout.blockBytes
        }
    }
}

/// An affine map of each channel, or the same numbers in another format.
final class AffineStep: Step, @unchecked Sendable {
    private let isa: kernel_isa
    private let input: Int
    private let output: Int
    private let layer: pixelwise_affine
    private let window: kernel_window
    private let buffers: [Packed]

    init(
        _ affine: ChannelAffine, from input: (index: Int, format: Format),
        to output: (index: Int, format: Format, layout: MapLayout), isa: kernel_isa
    ) throws(InferenceError) {
        self.isa = isa
        self.input = input.index
        self.output = output.index
        let (from, to) = (input.format, output.format)
        let scale = try Packed(affine.scale.map { $0 * from.scale / to.scale }.inBlocks)
        let shift = try Packed(
            zip(affine.scale, affine.shift).map { scale, shift in
                (shift - scale * from.scale * from.zero) / to.scale + to.zero
            }.inBlocks)
        buffers = [scale, shift]
        let clamp = affine.clamp.stored(in: to)
        layer = pixelwise_affine(
            from: from.element.code, to: to.element.code, blocks: Int32(output.layout.blocks),
            scale: scale.floats(), shift: shift.floats(), low: clamp.low, high: clamp.high)
        window = output.layout.window
    }

    func run(_ frame: Frame) {
        withUnsafePointer(to: layer) {
            pixelwise_map(isa, $0, frame.places + input, frame.places + output, window)
        }
    }
}

/// A sum of two maps of one element.
struct AddStep: Step {
    private let isa: kernel_isa
    private let inputs: (Int, Int)
    private let output: Int
    private let layer: pixelwise_sum
    private let window: kernel_window

    init(
        _ clamp: Clamp, _ inputs: (Int, Int), _ formats: (Format, Format),
        to output: (index: Int, format: Format, layout: MapLayout), isa: kernel_isa
    ) {
        self.isa = isa
        self.inputs = inputs
        self.output = output.index
        let (a, b, to) = (formats.0, formats.1, output.format)
        let stored = clamp.stored(in: to)
        layer = pixelwise_sum(
            element: to.element.code, blocks: Int32(output.layout.blocks),
            scale_a: a.scale / to.scale, scale_b: b.scale / to.scale,
            shift: to.zero - (a.zero * a.scale + b.zero * b.scale) / to.scale, low: stored.low,
            high: stored.high)
        window = output.layout.window
    }

    func run(_ frame: Frame) {
        let places = frame.places
        withUnsafePointer(to: layer) {
            pixelwise_add(
                isa, $0, places + inputs.0, places + inputs.1, places + output, window)
        }
    }
}

/// Channels copied from one map into another of the same format.
struct MoveStep: Step {
    let isa: kernel_isa
    let input: Int
    let output: Int
    let element: Element
    let channels: Int
    let firstChannel: Int
    let window: kernel_window

    func run(_ frame: Frame) {
        pixelwise_move(
            isa, element.code, Int32(channels), 0, Int32(firstChannel), frame.places + input,
            frame.places + output, window)
    }
}
