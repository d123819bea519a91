import CKernels
import Networks

/// A 1 × 1 convolution by Strassen's method: seven products of halves instead of eight.
///
/// Pixels are paired within an image, so that an image's results do not depend on others.
final class StrassenStep: Step, @unchecked Sendable {
    private let isa: kernel_isa
    private let values: ConvolutionValues
    private let clamp: Clamp
    private let bias: Packed
    private let products: [Product]
    /// Pixels in the first half of a map; the second half has as many, or one less.
    private let half: Int
    /// Pixels of each half that are worked on at a time, and of how many images.
    private let pixelsAtOnce: Int
    private let imagesAtOnce: Int
    private let sums: MapLayout
    private let results: MapLayout

    /// One of the seven: what it multiplies, and the weights.
    private struct Product {
        enum Left {
            /// A half of the input's channels, of the first half of its pixels.
            case input(half: Int)
            /// One of the sums, by its place among them.
            case sum(Int)
        }

        let left: Left
        let weights: PackedConvolution
    }

    /// Whether a convolution is worth computing this way: a product of large matrices of f32.
    static func isWorthwhile(
        _ layer: ConvolutionLayer, inputs: Shape, result: Shape, element: Element
    ) -> Bool {
        let geometry = layer.geometry
        guard element == .f32, geometry.kernel == .square(1), geometry.stride == .square(1),
            geometry.groups == 1, geometry.padding == .even(0)
        else { return false }
        return [inputs.channels, result.channels].allSatisfy { channels in
            let blocks = (channels + 15) / 16
            return blocks.isMultiple(of: 2) && blocks >= leastBlocks
        } && inputs.height * inputs.width >= leastPixels
    }

    /// Whether the input's pixels follow each other without a border, as this step needs them.
    static func canRun(_ input: MapLayout) -> Bool {
        input.rowBytes == input.shape.width * input.pixelBytes
    }

    init(
        _ layer: ConvolutionLayer, _ values: ConvolutionValues, isa: kernel_isa, batch: Int
    ) throws(InferenceError) {
        self.isa = isa
        self.values = values
        clamp = layer.clamp
        bias = try Packed(layer.bias.inBlocks)
        let (input, output) = (values.inputLayout, values.outputLayout)
        half = (input.shape.height * input.shape.width + 1) / 2
        let bytes =
            32 * (Int(STRASSEN_SUMS) * input.blocks + Int(STRASSEN_PRODUCTS) * output.blocks)
        let most = max(24, Self.bytesAtOnce / bytes)
        if half <= most {
            pixelsAtOnce = half
            imagesAtOnce = min(batch, most / half)
        } else {
            let parts = (half + most - 1) / most
            // Tiles of six and of eight pixels fit without a rest.
            pixelsAtOnce = min(half, ((half + parts - 1) / parts + 23) / 24 * 24)
            imagesAtOnce = 1
        }
        let width = pixelsAtOnce * imagesAtOnce
        sums = MapLayout(
            Shape(channels: input.blocks * 8, height: 1, width: width), .f32, border: .even(0))
        results = MapLayout(
            Shape(channels: output.blocks * 8, height: 1, width: width), .f32, border: .even(0))
        products = try Self.products(layer, values, sums: sums, results: results)
    }

    var scratchBytes: Int {
        Int(STRASSEN_SUMS) * Self.matrixBytes(sums) + Int(STRASSEN_PRODUCTS)
            * Self.matrixBytes(results) + Int(KERNEL_SLACK)
    }

    func run(_ frame: Frame) { run(frame, images: 1) }

    func run(_ frames: Frames) {
        for first in stride(from: 0, to: frames.count, by: imagesAtOnce) {
            run(frames[first], images: min(imagesAtOnce, frames.count - first))
        }
    }

    private func run(_ frame: Frame, images: Int) {
        let total = values.inputLayout.shape.height * values.inputLayout.shape.width
        var from = frame.places[values.input]
        var to = frame.places[values.output]
        var left = matrices(sums, at: frame.scratch)
        let resultsAddress = frame.scratch + Int(STRASSEN_SUMS) * Self.matrixBytes(sums)
        var right = matrices(results, at: resultsAddress)
        var finish = kernel_finish(
            bias: bias.floats(), residual: values.residual.map { frame.places + $0 },
            clamps: clamp == .none ? 0 : 1, low: clamp.low, high: clamp.high)
        for first in stride(from: 0, to: half, by: pixelsAtOnce) {
            let count = min(pixelsAtOnce, half - first)
            var pixels = strassen_pixels(
                first: Int32(first), count: Int32(count), half: Int32(half),
                paired: Int32(min(count, total - half - first)), images: Int32(images))
            strassen_analyse(
                isa, &from, Int32(values.inputLayout.shape.channels), &pixels, &left)
            for (index, product) in products.enumerated() {
                multiply(
                    product, input: from, first: first, sums: frame.scratch,
                    to: resultsAddress + index * Self.matrixBytes(results),
                    window: kernel_window(width: Int32(count), first_row: 0, end_row: 1),
                    images: images)
            }
            strassen_combine(
                isa, &right, Int32(results.blocks), &pixels, &finish, &to,
                Int32(values.outputLayout.shape.width))
        }
    }

    private func multiply(
        _ product: Product, input: kernel_place, first: Int, sums address: UnsafeMutableRawPointer,
        to: UnsafeMutableRawPointer, window: kernel_window, images: Int
    ) {
        var left: kernel_place
        switch product.left {
        case .input(let half):
            left = input
            left.data += first * values.inputLayout.pixelBytes
            left.data += half * sums.blocks * values.inputLayout.blockBytes
        case .sum(let index):
            left = place(sums, at: address + index * Self.matrixBytes(sums))
        }
        var output = place(results, at: to)
        convolve(isa, product.weights.layer, &left, &output, nil, window, Int32(images))
    }

    private func place(_ layout: MapLayout, at address: UnsafeMutableRawPointer) -> kernel_place {
        layout.place(at: address, image: pixelsAtOnce * layout.pixelBytes)
    }

    private func matrices(
        _ layout: MapLayout, at address: UnsafeMutableRawPointer
    ) -> strassen_matrices {
        strassen_matrices(
            numbers: address.assumingMemoryBound(to: Float.self),
            matrix: Self.matrixBytes(layout), block: layout.blockBytes,
            image: pixelsAtOnce * layout.pixelBytes)
    }

    /// Fewer blocks of channels than these do not pay for the sums.
    private static let leastBlocks = 16
    private static let leastPixels = 49
    /// What the sums and products in hand may take.
    private static let bytesAtOnce = 768 << 10

    private static func matrixBytes(_ layout: MapLayout) -> Int {
        layout.blocks * layout.blockBytes
    }

    /// P1...P7, each with its weights.
    private static func products(
        _ layer: ConvolutionLayer, _ values: ConvolutionValues, sums: MapLayout, results: MapLayout
    ) throws(InferenceError) -> [Product] {
        let b = WeightQuarters(
            layer.weights, inputs: values.inputLayout.shape.channels, outputs: layer.bias.count,
            inputsOfHalf: sums.shape.channels, outputsOfHalf: results.shape.channels)
        let t1 = b.quarter(0, 1) - b.quarter(0, 0)
        let t2 = b.quarter(1, 1) - t1
        let t3 = b.quarter(1, 1) - b.quarter(0, 1)
        let t4 = t2 - b.quarter(1, 0)
        let factors: [(Product.Left, Quarter)] = [
            (.input(half: 0), b.quarter(0, 0)), (.input(half: 1), b.quarter(1, 0)),
            (.sum(3), b.quarter(1, 1)), (.sum(4), t4), (.sum(0), t1), (.sum(1), t2), (.sum(2), t3),
        ]
        let map = MapLayout(
            Shape(
                channels: sums.shape.channels, height: values.inputLayout.shape.height,
                width: values.inputLayout.shape.width), .f32, border: .even(0))
        var products: [Product] = []
        for (left, weights) in factors {
            let layout = if case .input = left { map } else { sums }
            products.append(
                Product(
                    left: left,
                    weights: try PackedConvolution(
                        ConvolutionLayer(
                            geometry: Convolution(
                                channels: results.shape.channels, kernel: .square(1), weight: ""),
                            weights: weights.numbers,
                            bias: Array(repeating: 0, count: results.shape.channels)),
                        ConvolutionValues(
                            input: 0, output: 0, inputLayout: layout, outputLayout: results,
                            inputFormat: .f32, outputFormat: .f32))))
        }
        return products
    }
}
