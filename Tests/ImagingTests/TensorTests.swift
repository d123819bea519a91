import PipelineCore
import Testing

@testable import Imaging

@Suite("A tensor")
struct TensorTests {
    static let golden = Array(Golden.recorded.crops.prefix(20))

    private func value(_ pixel: UInt8, _ channel: Int, _ preprocessing: Preprocessing) -> Float {
        (Float(pixel) - preprocessing.mean[channel]) / preprocessing.std[channel]
    }

    @Test("holds each pixel minus mean by deviation, in either layout", arguments: golden)
    func normalisation(_ golden: Golden.Crop) throws {
        var decoder = try ImageDecoder()
        let image = try decoder.decode(Fixture.bytes(golden.file))
        let count = golden.crop * golden.crop
        let preprocessing = golden.preprocessing
        let pixels = [UInt8](golden.pixels)
        for kernel in ResampleKernel.supported {
            var preprocessor = Preprocessor(kernel: kernel)
            for layout in PixelLayout.allCases {
                // One value of margin on either side, which has to stay as it is.
                var output = [Float](repeating: .infinity, count: count * 3 + 2)
                output.withUnsafeMutableBufferPointer { output in
                    preprocessor.tensor(
                        image, preprocessing, layout: layout,
                        into: output.extracting(1..<count * 3 + 1))
                }
                let wanted = (0..<count * 3).map { i in
                    switch layout {
                    case .nhwc: value(pixels[i], i % 3, preprocessing)
                    case .nchw: value(pixels[i % count * 3 + i / count], i / count, preprocessing)
                    }
                }
                #expect(output == [.infinity] + wanted + [.infinity], "\(kernel) \(layout)")
            }
        }
    }
}
