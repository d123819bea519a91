import CKernels
import PipelineCore

/// One axis of a resize, as a table that a kernel reads: which inputs each kept output mixes.
struct ResampleAxis {
    /// What a table depends on; photographs of one size share it.
    struct Key: Hashable {
        var axis: CropGeometry.Axis
        var filter: Preprocessing.Interpolation
        var direction: Direction
    }

    enum Direction: Hashable {
        case horizontal
        case vertical
    }

    /// The inputs that are mixed at all.
    let inputs: Range<Int>
    /// How far a kernel reads, counted from the first of `inputs`: pixels of a row, or rows.
    ///
    /// What lies beyond the inputs has no weight, but has to be readable.
    let reach: Int

    /// How many positions it produces.
    var outputs: Int { first.count }

    private let blocks: Int
    /// Where each output's inputs begin, [outputs], counted from the first of `inputs`.
    private let first: [Int32]
    /// The weights, [outputs, blocks, 4], in the kernel's own form.
    private let words: [Int32]

    init(_ key: Key, kernel: ResampleKernel) {
        let windows = key.axis.kept.map { position in
            ResampleWindow(
                position: position, input: key.axis.input, output: key.axis.resized, key.filter)
        }
        let start = windows.map(\.inputs.lowerBound).min() ?? 0
        let end = windows.map(\.inputs.upperBound).max() ?? 0
        // A vertical kernel reads whole groups of four rows, a horizontal one from any pixel on.
        let step = key.direction == .vertical ? 4 : 1
        let starts = windows.map { start + ($0.inputs.lowerBound - start) / step * step }
        let longest = zip(windows, starts).map { $0.inputs.upperBound - $1 }.max() ?? 0
        let blocks = (longest + 3) / 4

        var words = [Int32](repeating: 0, count: windows.count * blocks * 4)
        var exact: [Double] = []
        words.withUnsafeMutableBufferPointer { words in
            for (output, window) in windows.enumerated() {
                let place = output * blocks * 4 + window.inputs.lowerBound - starts[output]
                window.write(
                    to: words.extracting(place..<place + window.inputs.count), exact: &exact)
            }
            resize_pack(kernel.code, words.baseAddress, words.count / 4)
        }
        self.inputs = start..<end
        // A horizontal kernel reads 16 bytes where a block has 12: 4 bytes are two pixels at most.
        reach =
            (starts.max() ?? start) - start + blocks * 4 + (key.direction == .horizontal ? 2 : 0)
        self.blocks = blocks
        first = starts.map { Int32($0 - start) }
        self.words = words
    }

    /// Lends the table to a kernel.
    func withTable<Result>(_ body: (UnsafePointer<resize_axis>) -> Result) -> Result {
        first.withUnsafeBufferPointer { first in
            words.withUnsafeBufferPointer { words in
                var table = resize_axis(
                    outputs: Int32(first.count), blocks: Int32(blocks),
                    first: first.baseAddress, words: words.baseAddress)
                return body(&table)
            }
        }
    }
}
