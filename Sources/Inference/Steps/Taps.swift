import Networks

/// The granules of 4 bytes that a window meets, in the order in which a kernel reads them.
///
/// A granule is 1 f32, 2 bf16 or 4 u8 of neighbouring channels. In a map of whole blocks an offset
/// leads to four of them at a time, or to two; in a thin one to each by itself.
struct Taps {
    /// One place in a window.
    struct Tap {
        var row: Int
        var column: Int
        /// The first channel.
        var channel: Int
    }

    let granulesAtOnce: Int
    /// Channels of a granule.
    let channelsOfGranule: Int
    private let geometry: Convolution
    private let layout: MapLayout

    init(_ geometry: Convolution, _ layout: MapLayout) {
        self.geometry = geometry
        self.layout = layout
        channelsOfGranule = 4 / layout.element.bytes
        let granules = (layout.shape.channels + channelsOfGranule - 1) / channelsOfGranule
        granulesAtOnce = layout.lanes == 16 ? Self.granulesAtOnce(of: granules) : 1
    }

    /// Four, or two where that leaves out enough multiplications by nothing.
    private static func granulesAtOnce(of granules: Int) -> Int {
        let filling = (4 - granules % 4) % 4
        return filling >= 2 && granules <= 40 ? 2 : 4
    }

    /// Every place that `part` reads.
    func taps(of part: ConvolutionBlocks.Part) -> [Tap] {
        let step = granulesAtOnce * channelsOfGranule
        var taps: [Tap] = []
        for block in part.inputs {
            let first = block * layout.lanes
            let end = min(first + layout.lanes, layout.shape.channels)
            for row in 0..<geometry.kernel.height {
                for column in 0..<geometry.kernel.width {
                    for channel in stride(from: first, to: end, by: step) {
                        taps.append(Tap(row: row, column: column, channel: channel))
                    }
                }
            }
        }
        return taps
    }

    /// Bytes from a window's first pixel to each of them, as Int32.
    func offsets(of part: ConvolutionBlocks.Part) throws(InferenceError) -> Packed {
        let taps = taps(of: part)
        let buffer = try Packed(bytes: taps.count * MemoryLayout<Int32>.stride)
        let offsets = buffer.address.assumingMemoryBound(to: Int32.self)
        for (index, tap) in taps.enumerated() {
            let block = tap.channel / layout.lanes
            offsets[index] = Int32(
                block * layout.blockBytes
                    + tap.row * geometry.dilation.height * layout.rowBytes
                    + tap.column * geometry.dilation.width * layout.pixelBytes
                    + (tap.channel % layout.lanes) * layout.element.bytes)
        }
        return buffer
    }
}
