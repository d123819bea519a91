import CKernels
import Networks

/// Each position's numbers, their mean taken off, divided by their deviation, weighed and shifted.
final class NormStep: Step, @unchecked Sendable {
    private let isa: kernel_isa
    private let input: Int
    private let output: Int
    private let layer: sequence_norm
    private let window: kernel_window
    private let buffers: [Packed]

    init(
        scale: [Float], shift: [Float], epsilon: Double, from input: Int,
        to output: (index: Int, layout: MapLayout), isa: kernel_isa
    ) throws(InferenceError) {
        self.isa = isa
        self.input = input
        self.output = output.index
        window = output.layout.window
        buffers = [try Packed(scale.inBlocks), try Packed(shift.inBlocks)]
        layer = sequence_norm(
            channels: Int32(scale.count), scale: buffers[0].floats(), shift: buffers[1].floats(),
            epsilon: Float(epsilon))
    }

    func run(_ frame: Frame) {
        withUnsafePointer(to: layer) {
            sequence_normalise(isa, $0, frame.places + input, frame.places + output, window)
        }
    }
}

/// The positions of a map in reading order, behind a class token, positions added.
final class TokensStep: Step, @unchecked Sendable {
    private let isa: kernel_isa
    private let input: Int
    private let output: Int
    /// What is added to each token, `[block][token][16]`; where there is a class token, the first
    /// is that token itself.
    private let added: Packed
    private let addedBlock: Int
    /// Tokens before those of the map: 1 or 0.
    private let first: Int
    private let from: MapLayout

    init(
        classToken: [Float], positions: [Float], from input: (index: Int, layout: MapLayout),
        to output: (index: Int, layout: MapLayout), isa: kernel_isa
    ) throws(InferenceError) {
        self.isa = isa
        self.input = input.index
        self.output = output.index
        from = input.layout
        first = classToken.isEmpty ? 0 : 1
        let shape = output.layout.shape
        let (channels, tokens) = (shape.channels, shape.height * shape.width)
        var numbers = [Float](repeating: 0, count: (channels + 15) / 16 * tokens * 16)
        for channel in 0..<channels {
            for token in 0..<tokens {
                let place = (channel / 16 * tokens + token) * 16 + channel % 16
                if !positions.isEmpty { numbers[place] = positions[token * channels + channel] }
                if token < first { numbers[place] += classToken[channel] }
            }
        }
        added = try Packed(numbers)
        addedBlock = tokens * 64
    }

    func run(_ frame: Frame) {
        let columns = from.shape.width
        var to = frame.places[output]
        var positions = kernel_place(
            data: added.address.assumingMemoryBound(to: UInt8.self), row: columns * 64, column: 64,
            block: addedBlock, image: 0)
        let channels = Int32(from.shape.channels)
        if first > 0 {
            let one = kernel_window(width: 1, first_row: 0, end_row: 1)
            pixelwise_move(isa, KERNEL_F32, channels, 0, 0, &positions, &to, one)
        }
        to.row = columns * to.column
        to.data += first * to.column
        positions.data += first * 64
        var sum = pixelwise_sum(
            element: KERNEL_F32, blocks: Int32(from.blocks), scale_a: 1, scale_b: 1, shift: 0,
            low: -.infinity, high: .infinity)
        pixelwise_add(isa, &sum, frame.places + input, &positions, &to, from.window)
    }
}
