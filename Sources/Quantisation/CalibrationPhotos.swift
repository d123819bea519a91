import Imaging
package import PipelineCore

/// Photos as a network wants them, and what they were made from.
package struct CalibrationPhotos: Sendable {
    /// Normalised images, `[height, width, 3]` each.
    package private(set) var tensors: [[Float]] = []
    private var digests: [SHA256Digest] = []

    /// No photos yet.
    package init() {}

    /// Adds the photo that a file's bytes hold, prepared by `preprocessing`.
    ///
    /// Throws `ImageError` when they hold none.
    package mutating func add(_ bytes: [UInt8], _ preprocessing: Preprocessing) throws {
        var decoder = try ImageDecoder()
        var preprocessor = Preprocessor()
        let image = try bytes.withUnsafeBytes {
            try decoder.decode($0, orient: true, mode: .exact, shortSide: nil)
        }
        var tensor = [Float](repeating: 0, count: preprocessing.crop * preprocessing.crop * 3)
        tensor.withUnsafeMutableBufferPointer {
            preprocessor.tensor(image, preprocessing, layout: .nhwc, into: $0)
        }
        tensors.append(tensor)
        digests.append(SHA256Digest(of: bytes))
    }

    /// The SHA-256 of the files' digests, in the order in which they were added.
    package var digest: SHA256Digest {
        SHA256Digest(of: Array(digests.map(\.description).joined(separator: "\n").utf8))
    }

    /// Every second photo, from the first or the second on.
    func half(_ first: Int) -> [[Float]] {
        stride(from: first, to: tensors.count, by: 2).map { tensors[$0] }
    }
}
