import CKernels

/// A compiled layer: a kernel with its packed numbers, and which results it reads and writes.
///
/// Steps are shared by all streams; what belongs to one is handed in.
protocol Step: Sendable {
    /// Computes one image's result.
    func run(_ frame: Frame)
}

/// One stream's memory while an image goes through the steps.
struct Frame {
    /// The first pixel of each layer's map.
    let places: UnsafePointer<kernel_place>
    /// The image, `[height, width, channels]`, normalised.
    let image: UnsafePointer<Float>
}

/// Packed numbers that steps point into; written once, then only read.
typealias Packed = AlignedBuffer

extension AlignedBuffer {
    /// A copy of `floats`.
    convenience init(_ floats: [Float]) throws(InferenceError) {
        try self.init(bytes: floats.count * MemoryLayout<Float>.stride)
        self.floats().update(from: floats, count: floats.count)
    }
}

extension Array where Element == Float {
    /// The numbers, filled up with zeros to whole blocks.
    var inBlocks: [Float] { self + Array(repeating: 0, count: (16 - count % 16) % 16) }
}
