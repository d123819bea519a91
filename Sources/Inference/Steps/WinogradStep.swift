import CKernels
import Networks

/// A 3 × 3 convolution by Winograd's minimal filtering: 36 products for 16 results instead of 144.
///
/// Tiles of all images go through together, as many at a time as the second-level cache holds: their
/// windows are transformed, multiplied with the transformed weights at each of the 36 positions, and
/// transformed back. A tile's results do not depend on which others go along.
final class WinogradStep: Step, @unchecked Sendable {
    private let isa: kernel_isa
    private let values: ConvolutionValues
    private let padding: Padding
    /// The products at each position, as a convolution of 1 × 1 over tiles.
    private let products: [PackedConvolution]
    private let bias: Packed
    private let clamp: Clamp
    private let tilesAcross: Int
    private let tilesDown: Int
    /// How the numbers of tiles at one position lie: a map one row high.
    private let inputs: MapLayout
    private let outputs: MapLayout

    /// Whether a convolution can be computed, and is worth computing, this way.
    ///
    /// Where channels are few the transforms take longer than they save. Maps of bf16 are multiplied in
    /// f32 here, which pays where there are tiles enough for each reading of the weights.
    static func canRun(
        _ layer: ConvolutionLayer, inputs: Shape, result: Shape, element: Element
    ) -> Bool {
        let geometry = layer.geometry
        let isFilter =
            geometry.kernel == .square(3) && geometry.stride == .square(1)
            && geometry.dilation == .square(1) && geometry.groups == 1
        guard isFilter, min(inputs.channels, result.channels) >= 32,
            min(result.height, result.width) >= 4
        else { return false }
        switch element {
        case .f32: return true
        case .bf16: return min(result.height, result.width) >= 12
        case .u8: return false
        }
    }

    init(
        _ layer: ConvolutionLayer, _ values: ConvolutionValues, isa: kernel_isa, batch: Int
    ) throws(InferenceError) {
        self.isa = isa
        self.values = values
        padding = layer.geometry.padding
        clamp = layer.clamp
        bias = try Packed(layer.bias.inBlocks)
        let (input, result) = (values.inputLayout.shape, values.outputLayout.shape)
        tilesAcross = (result.width + Self.tile - 1) / Self.tile
        tilesDown = (result.height + Self.tile - 1) / Self.tile
        let most = max(
            24, Self.bytesAtOnce / (Self.positions * 4 * (input.channels + result.channels)))
        let total = tilesAcross * tilesDown * batch
        let parts = (total + most - 1) / most
        let width = (total + parts - 1) / parts
        inputs = MapLayout(
            Shape(channels: input.channels, height: 1, width: width), .f32, border: .even(0))
        outputs = MapLayout(
            Shape(channels: result.channels, height: 1, width: width), .f32, border: .even(0))
        let each = ConvolutionValues(
            input: 0, output: 0, inputLayout: inputs, outputLayout: outputs, inputFormat: .f32,
            outputFormat: .f32)
        let geometry = Convolution(channels: result.channels, kernel: .square(1), weight: "")
        var products: [PackedConvolution] = []
        for weights in Self.filters(layer) {
            products.append(
                try PackedConvolution(
                    ConvolutionLayer(
                        geometry: geometry, weights: weights,
                        bias: Array(repeating: 0, count: result.channels)),
                    each))
        }
        self.products = products
    }

    var scratchBytes: Int {
        Self.positions * (Self.bytesOfPosition(inputs) + Self.bytesOfPosition(outputs))
            + Int(KERNEL_SLACK)
    }

    func run(_ frame: Frame) { run(frame, images: 1) }

    func run(_ frames: Frames) { run(frames[0], images: frames.count) }

    private func run(_ frame: Frame, images: Int) {
        let (input, result) = (values.inputLayout.shape, values.outputLayout.shape)
        var from = winograd_map(
            element: values.inputFormat.element.code, place: frame.places[values.input],
            height: Int32(input.height),
            width: Int32(input.width), blocks: Int32(values.inputLayout.blocks))
        var to = winograd_map(
            element: values.outputFormat.element.code, place: frame.places[values.output],
            height: Int32(result.height),
            width: Int32(result.width), blocks: Int32(values.outputLayout.blocks))
        let sums = frame.scratch + Self.positions * Self.bytesOfPosition(inputs)
        var analysed = tiles(inputs, at: frame.scratch)
        var summed = tiles(outputs, at: sums)
        var finish = kernel_finish(
            bias: bias.floats(), residual: values.residual.map { frame.places + $0 },
            clamps: clamp == .none ? 0 : 1, low: clamp.low, high: clamp.high)
        let total = tilesAcross * tilesDown * images
        for first in stride(from: 0, to: total, by: inputs.shape.width) {
            analysed.first = Int32(first)
            analysed.count = Int32(min(inputs.shape.width, total - first))
            summed.first = analysed.first
            summed.count = analysed.count
            winograd_analyse(isa, &from, Int32(padding.top), Int32(padding.left), &analysed)
            multiply(frame.scratch, sums, count: analysed.count)
            winograd_combine(isa, &summed, &finish, &to)
        }
    }

    private func multiply(
        _ from: UnsafeMutableRawPointer, _ to: UnsafeMutableRawPointer, count: Int32
    ) {
        for (position, product) in products.enumerated() {
            var input = inputs.place(at: from + position * Self.bytesOfPosition(inputs), image: 0)
            var output = outputs.place(at: to + position * Self.bytesOfPosition(outputs), image: 0)
            convolve(
                isa, product.layer, &input, &output, nil,
                kernel_window(width: count, first_row: 0, end_row: 1), 1)
        }
    }

    private func tiles(_ layout: MapLayout, at address: UnsafeMutableRawPointer) -> winograd_tiles {
        winograd_tiles(
            across: Int32(tilesAcross), down: Int32(tilesDown), first: 0, count: 0,
            numbers: address.assumingMemoryBound(to: Float.self),
            position: Self.bytesOfPosition(layout),
            block: layout.blockBytes)
    }

    /// The layer's weights at each position, `[36][channels, input channels]`.
    private static func filters(_ layer: ConvolutionLayer) -> [[Float]] {
        let count = layer.weights.count / 9
        var filters = Array(repeating: [Float](repeating: 0, count: count), count: positions)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: positions) { numbers in
            layer.weights.withUnsafeBufferPointer { weights in
                guard let base = weights.baseAddress else { return }
                for pair in 0..<count {
                    winograd_filter(base + 9 * pair, numbers.baseAddress)
                    for position in 0..<positions { filters[position][pair] = numbers[position] }
                }
            }
        }
        return filters
    }

    private static let positions = Int(WINOGRAD_POSITIONS)
    private static let tile = Int(WINOGRAD_TILE)
    /// What the numbers of the tiles in hand may take.
    private static let bytesAtOnce = 768 << 10

    /// Bytes from one position's numbers to the next's: an odd number of cache lines.
    private static func bytesOfPosition(_ layout: MapLayout) -> Int {
        let lines = layout.blocks * layout.blockBytes / 64
        return (lines.isMultiple(of: 2) ? lines + 1 : lines) * 64
    }
}
