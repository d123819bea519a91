import CKernels
import Networks

/// A map times a number for each channel, as squeeze-and-excitation weighs channels.
struct ScaleByVectorStep: Step {
    private let isa: kernel_isa
    private let map: Int
    private let vector: Int
    private let output: Int
    private let formats: (from: Format, to: Format)
    private let blocks: Int
    private let window: kernel_window

    init(
        map: (index: Int, format: Format), vector: Int,
        to output: (index: Int, format: Format, layout: MapLayout), isa: kernel_isa
    ) {
        self.isa = isa
        self.map = map.index
        self.vector = vector
        self.output = output.index
        formats = (map.format, output.format)
        blocks = output.layout.blocks
        window = output.layout.window
    }

    func run(_ frame: Frame) {
        let (from, to) = formats
        let count = blocks * 16
        frame.places[vector].data.withMemoryRebound(to: Float.self, capacity: count) { weights in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * count) { numbers in
                let step = from.scale / to.scale
                for c in 0..<count {
                    numbers[c] = weights[c] * step
                    numbers[count + c] = to.zero - weights[c] * step * from.zero
                }
                guard let scale = numbers.baseAddress else { return }
                var layer = pixelwise_affine(
                    from: from.element.code, to: to.element.code, blocks: Int32(blocks),
                    scale: scale, shift: scale + count, low: -.infinity, high: .infinity)
                pixelwise_map(isa, &layer, frame.places + map, frame.places + output, window)
            }
        }
    }
}

/// Two maps of f32, number by number.
struct MultiplyStep: Step {
    let isa: kernel_isa
    let inputs: (Int, Int)
    let output: Int
    let layout: MapLayout

    func run(_ frame: Frame) {
        let places = frame.places
        pixelwise_multiply(
            isa, Int32(layout.blocks), places + inputs.0, places + inputs.1, places + output,
            layout.window)
    }
}
