import CKernels

/// A compiled layer: a kernel with its packed numbers, and which results it reads and writes.
///
/// Steps are shared by all streams; what belongs to one is handed in.
protocol Step: Sendable {
    /// Computes one image's result.
    func run(_ frame: Frame)
    /// Computes the results of all images; one after the other, unless the step knows better.
    func run(_ frames: Frames)
    /// Bytes of scratch memory that it needs while it runs.
    var scratchBytes: Int { get }
}

extension Step {
    var scratchBytes: Int { 0 }

    func run(_ frames: Frames) {
        for index in 0..<frames.count { run(frames[index]) }
    }
}

/// One stream's memory while an image goes through the steps.
struct Frame {
    /// The first pixel of each layer's map; the next image's, where there is one, lies
    /// `places[layer].image` bytes on.
    let places: UnsafePointer<kernel_place>
    /// The image, `[height, width, channels]`, normalised.
    let image: UnsafePointer<Float>
    /// What a step may use while it runs; nothing is kept there.
    let scratch: UnsafeMutableRawPointer
}

/// The memory of images that go through the steps side by side.
struct Frames {
    /// `[images, layers]`.
    let places: UnsafePointer<kernel_place>
    let layers: Int
    /// `[images, height, width, channels]`.
    let images: UnsafePointer<Float>
    let imageCount: Int
    let scratch: UnsafeMutableRawPointer
    let count: Int

    subscript(index: Int) -> Frame {
        Frame(
            places: places + index * layers, image: images + index * imageCount, scratch: scratch)
    }
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
