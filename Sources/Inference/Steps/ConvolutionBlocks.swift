/// How a convolution's output blocks are put together in tiles, and which input blocks each reads.
struct ConvolutionBlocks {
    struct Part {
        /// Output blocks.
        var blocks: Range<Int>
        /// Input blocks that hold a channel which one of them sees.
        var inputs: Range<Int>
        /// Whether the last output block holds eight channels or fewer.
        var endsInHalf: Bool
    }

    private(set) var parts: [Part] = []

    init(channels: Int, inputs: Int, groups: Int) {
        let blocks = (channels + 15) / 16
        let (outputsEach, inputsEach) = (channels / groups, inputs / groups)
        let span = groups == 1 ? blocks : outputsEach.isMultiple(of: 16) ? outputsEach / 16 : 1
        for first in stride(from: 0, to: blocks, by: span) {
            var block = first
            for size in Self.sizes(min(span, blocks - first)) {
                let last = min((block + size) * 16, channels) - 1
                let firstInput = block * 16 / outputsEach * inputsEach
                let endInput = (last / outputsEach + 1) * inputsEach
                parts.append(
                    Part(
                        blocks: block..<block + size,
                        inputs: firstInput / 16..<(endInput + 15) / 16,
                        endsInHalf: last % 16 < 8))
                block += size
            }
        }
    }

    /// Tiles of three to five blocks: fewer would meet too few weights a pixel.
    static func sizes(_ blocks: Int) -> [Int] {
        if blocks <= 5 { return blocks == 0 ? [] : [blocks] }
        let fours = (0...blocks / 4).last { (blocks - 4 * $0).isMultiple(of: 3) } ?? 0
        let threes = (blocks - 4 * fours) / 3
        return Array(repeating: 4, count: fours) + Array(repeating: 3, count: threes)
    }
}
