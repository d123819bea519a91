import Imaging
import PipelineCore

extension Parser {
    /// Decodes a picture whole and in small, as members with other inputs would have it.
    ///
    /// Pictures are limited to four million pixels, so that one that is as large as it may be does not
    /// keep a fuzzer from trying others.
    func readPicture(_ bytes: [UInt8]) throws {
        let limits = ImageLimits(
            maximumPixels: 1 << 22, maximumScans: 20, maximumWorkingMemory: 64 << 20)
        var decoder = try ImageDecoder(limits: limits)
        for (mode, side) in [(DecodeMode.exact, nil), (.fast, 8)] {
            let image = try bytes.withUnsafeBytes {
                try decoder.decode($0, orient: mode == .exact, mode: mode, shortSide: side)
            }
            check(
                image.pixels.count == 3 * image.width * image.height,
                "\(image.width) × \(image.height) pixels in \(image.pixels.count) bytes")
        }
    }
}
