import Imaging
import PipelineCore
import TestSupport
import Testing

@Suite("A damaged file")
struct DamageTests {
    /// Small enough that a flipped bit in a header cannot make a test slow.
    private static let limits = ImageLimits(
        maximumPixels: 1 << 20, maximumScans: 100, maximumWorkingMemory: 1 << 26)

    @Test(
        "that was cut gives an error or its whole picture, never a part",
        arguments: Golden.recorded.decoded)
    func cuts(_ golden: Golden.Picture) throws {
        var decoder = try ImageDecoder(limits: Self.limits)
        let whole = try Fixture.bytes(golden.file)
        for part in 0..<64 {
            do {
                let image = try decoder.decode(Array(whole[..<(whole.count * part / 64)]))
                #expect(difference(image.pixels, golden.pixels) == nil, "cut at \(part)/64")
            } catch let error as ImageError {
                #expect(
                    ["empty", "truncated"].contains(error.reason), "cut at \(part)/64: \(error)")
            }
        }
    }

    @Test("that was cut in its middle is truncated", arguments: Golden.recorded.decoded)
    func halves(_ golden: Golden.Picture) throws {
        var decoder = try ImageDecoder(limits: Self.limits)
        let whole = try Fixture.bytes(golden.file)
        let half = Array(whole[..<(whole.count / 2)])
        // The first frame of an animation may be whole by then.
        guard golden.file != "animated.png" else { return }
        #expect(throws: ImageError.self) { try decoder.decode(half) }
    }

    @Test("with random bytes gives an error or a picture", arguments: Golden.recorded.decoded)
    func flips(_ golden: Golden.Picture) throws {
        var decoder = try ImageDecoder(limits: Self.limits)
        var random = SplitMix(state: 42)
        let whole = try Fixture.bytes(golden.file)
        let time = try processorTime {
            for _ in 0..<100 {
                var bytes = whole
                for _ in 0...Int.random(in: 0..<4, using: &random) {
                    let place = Int.random(in: bytes.indices, using: &random)
                    bytes[place] = UInt8.random(in: 0...255, using: &random)
                }
                do {
                    let image = try decoder.decode(bytes, orient: true)
                    #expect(image.pixels.count == image.width * image.height * 3)
                } catch is ImageError {}
            }
        }
        #expect(time < .seconds(20))
    }
}

/// Vigna's splitmix64: the same damage in every run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
