import PipelineCore
import TestSupport
import Testing

@testable import Imaging

@Suite("A crop")
struct CropTests {
    @Test("is torchvision's, byte for byte, on every kernel", arguments: Golden.recorded.crops)
    func pixels(_ golden: Golden.Crop) throws {
        var decoder = try ImageDecoder()
        let image = try decoder.decode(Fixture.bytes(golden.file))
        for kernel in ResampleKernel.supported {
            var preprocessor = Preprocessor(kernel: kernel)
            let pixels = preprocessor.crop(image, golden.preprocessing)
            #expect(difference(pixels, golden.pixels) == nil, "\(kernel)")
        }
    }

    @Test("is the same on every kernel, whatever the sizes", arguments: 0..<60)
    func kernels(seed: UInt64) {
        var random = SplitMix(state: seed)
        let width = Int.random(in: 1...400, using: &random)
        let height = Int.random(in: 1...400, using: &random)
        let image = RGBImage(
            width: width, height: height,
            pixels: (0..<width * height * 3).map { _ in
                // Many black and white pixels, where rounding and clipping go wrong first.
                let value = Int.random(in: -200...455, using: &random)
                return UInt8(min(max(value, 0), 255))
            })
        let crop = Int.random(in: 1...150, using: &random)
        let preprocessing = Preprocessing(
            resize: Int.random(in: 1...200, using: &random), crop: crop,
            interpolation: seed % 2 == 0 ? .bicubic : .bilinear, mean: [0, 0, 0], std: [1, 1, 1])
        var reference = Preprocessor(kernel: .scalar)
        let wanted = reference.crop(image, preprocessing)
        for kernel in ResampleKernel.supported {
            var preprocessor = Preprocessor(kernel: kernel)
            #expect(difference(preprocessor.crop(image, preprocessing), wanted) == nil, "\(kernel)")
        }
    }

    @Test("does not depend on the ones before it")
    func scratch() throws {
        var decoder = try ImageDecoder()
        var preprocessor = Preprocessor()
        for golden in Golden.recorded.crops + Golden.recorded.crops.reversed() {
            let image = try decoder.decode(Fixture.bytes(golden.file))
            #expect(
                difference(preprocessor.crop(image, golden.preprocessing), golden.pixels) == nil)
        }
    }

    @Test(
        "keeps the pixels that torchvision's arithmetic names",
        arguments: [
            // 341.33 is cut off, and 58.5 goes to the even 58.
            (
                500, 375, 256, 224,
                CropGeometry.Axis(input: 500, resized: 341, kept: 58..<282, offset: 0)
            ),
            (500, 333, 256, 224, .init(input: 500, resized: 384, kept: 80..<304, offset: 0)),
            // 59.5 goes to the even 60.
            (601, 439, 250, 223, .init(input: 601, resized: 342, kept: 60..<283, offset: 0)),
            (256, 300, 256, 224, .init(input: 256, resized: 256, kept: 16..<240, offset: 0)),
            (300, 300, 100, 121, .init(input: 300, resized: 100, kept: 0..<100, offset: 10)),
        ])
    func geometry(width: Int, height: Int, resize: Int, crop: Int, columns: CropGeometry.Axis) {
        let preprocessing = Preprocessing(
            resize: resize, crop: crop, interpolation: .bilinear, mean: [0, 0, 0], std: [1, 1, 1])
        let geometry = CropGeometry(width: width, height: height, preprocessing)
        let mirrored = CropGeometry(width: height, height: width, preprocessing)

        #expect(geometry.columns == columns)
        #expect(mirrored.rows == columns)
    }

    @Test(
        "of a reference photograph is the recorded one, byte for byte",
        .enabled(if: SharedMaterial.has("golden/efficientnet_lite.safetensors")))
    func reference() throws {
        let golden = try ReferenceCrops()
        var decoder = try ImageDecoder()
        var preprocessor = Preprocessor()
        let preprocessing = Preprocessing(
            resize: 256, crop: 224, interpolation: .bicubic, mean: [127, 127, 127],
            std: [128, 128, 128])
        #expect(golden.files.count == 8)
        for (row, file) in golden.files.enumerated() {
            let image = try decoder.decode([UInt8](golden.photograph(file)))
            let pixels = preprocessor.crop(image, preprocessing)
            #expect(difference(pixels, golden.pixels(row)) == nil, "\(file)")
        }
    }
}
