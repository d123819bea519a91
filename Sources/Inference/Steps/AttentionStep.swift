import CKernels
import Networks

/// Attention of a sequence to itself: `softmax(q·k / √(d / heads))·v` for each head.
///
/// The input holds queries, keys and values, `[3d, 1, n]`. Keys and values of a head are packed like
/// weights; then a few queries at a time go through both products while their shares are in the
/// first-level cache.
struct AttentionStep: Step {
    /// As many rows as the product's kernel takes at once.
    private static let queriesAtOnce = 12

    private let isa: kernel_isa
    private let input: Int
    private let output: Int
    private let heads: Int
    private let window: kernel_window
    private let tokens: Int
    private let width: Int

    init(
        heads: Int, from input: (index: Int, layout: MapLayout), to output: Int, isa: kernel_isa
    ) {
        self.isa = isa
        self.input = input.index
        self.output = output
        self.heads = heads
        window = input.layout.window
        tokens = input.layout.shape.height * input.layout.shape.width
        width = input.layout.shape.channels / 3
    }

    /// Channels of a head.
    private var size: Int { width / heads }
    /// Floats from one query's shares to the next one's: whole vectors.
    private var shareRow: Int { (tokens + 15) / 16 * 16 }
    private var packedKeys: Int { linear_packed_bytes(KERNEL_F32, Int32(size), Int32(tokens)) }
    private var packedValues: Int { linear_packed_bytes(KERNEL_F32, Int32(tokens), Int32(size)) }

    func run(_ frame: Frame) {
        // Moving channels touches whole vectors: a few numbers behind the last row.
        let rows = tokens * size + 16
        let count =
            2 * rows + Self.queriesAtOnce * shareRow
            + (packedKeys + packedValues) / MemoryLayout<Float>.stride
        withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { numbers in
            guard let first = numbers.baseAddress else { return }
            numbers.initialize(repeating: 0)
            let keys = UnsafeMutableRawPointer(first + 2 * rows + Self.queriesAtOnce * shareRow)
            let memory = Memory(
                queries: first, others: first + rows, shares: first + 2 * rows, keys: keys,
                values: keys + packedKeys)
            for head in 0..<heads { run(head, frame, memory) }
        }
    }

    private struct Memory {
        /// A head's queries, `[tokens, size]`.
        var queries: UnsafeMutablePointer<Float>
        /// Its keys, its values and its results, one after the other.
        var others: UnsafeMutablePointer<Float>
        /// Of a few queries, `[queries, shareRow]`.
        var shares: UnsafeMutablePointer<Float>
        var keys: UnsafeMutableRawPointer
        var values: UnsafeMutableRawPointer
    }

    private func run(_ head: Int, _ frame: Frame, _ memory: Memory) {
        let map = frame.places + input
        let (tokens, size) = (Int32(tokens), Int32(size))
        var queries = rows(at: memory.queries)
        var others = rows(at: memory.others)
        func fetch(_ part: Int, to rows: inout kernel_place) {
            let channel = Int32(part * width + head * self.size)
            pixelwise_move(isa, KERNEL_F32, size, channel, 0, map, &rows, window)
        }
        fetch(0, to: &queries)
        fetch(1, to: &others)
        linear_pack(KERNEL_F32, size, tokens, memory.others, 1, self.size, memory.keys)
        fetch(2, to: &others)
        linear_pack(KERNEL_F32, tokens, size, memory.others, self.size, 1, memory.values)
        var keys = linear_layer(
            element: KERNEL_F32, inputs: size, outputs: tokens, weights: memory.keys, bias: nil)
        var values = linear_layer(
            element: KERNEL_F32, inputs: tokens, outputs: size, weights: memory.values, bias: nil)
        for first in stride(from: 0, to: self.tokens, by: Self.queriesAtOnce) {
            let count = Int32(min(Self.queriesAtOnce, self.tokens - first))
            linear(
                isa, &keys, memory.queries + first * self.size, self.size, memory.shares, shareRow,
                count)
            sequence_softmax(
                isa, 1 / Float(size).squareRoot(), tokens, memory.shares, shareRow, count)
            linear(
                isa, &values, memory.shares, shareRow, memory.others + first * self.size,
                self.size, count)
        }
        pixelwise_move(
            isa, KERNEL_F32, size, 0, Int32(head * self.size), &others, frame.places + output,
            window)
    }

    /// `[tokens, size]` as a map.
    private func rows(at address: UnsafeMutablePointer<Float>) -> kernel_place {
        let column = size * MemoryLayout<Float>.stride
        return kernel_place(
            data: UnsafeMutableRawPointer(address).assumingMemoryBound(to: UInt8.self),
            row: Int(window.width) * column, column: column, block: 64, image: 0)
    }
}
