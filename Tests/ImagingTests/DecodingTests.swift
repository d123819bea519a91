import Imaging
import PipelineCore
import Testing

@Suite("A decoded picture")
struct DecodingTests {
    @Test("is Pillow's, byte for byte", arguments: Golden.recorded.decoded)
    func pixels(_ golden: Golden.Picture) throws {
        var decoder = try ImageDecoder()
        let image = try decoder.decode(Fixture.bytes(golden.file))

        #expect(image.width == golden.width)
        #expect(image.height == golden.height)
        #expect(difference(image.pixels, golden.pixels) == nil)
    }

    @Test("is turned upright as its EXIF data say", arguments: Golden.recorded.decoded)
    func orientation(_ golden: Golden.Picture) throws {
        var decoder = try ImageDecoder()
        let image = try decoder.decode(Fixture.bytes(golden.file), orient: true)

        let upright = golden.upright
        #expect(image.width == upright?.width ?? golden.width)
        #expect(image.height == upright?.height ?? golden.height)
        #expect(difference(image.pixels, upright?.pixels ?? golden.pixels) == nil)
    }

    @Test("covers every orientation but the upright one, in every format")
    func coverage() {
        let turned = Golden.recorded.decoded.filter { $0.upright != nil }.map(\.file)
        #expect(turned.count { $0.hasSuffix(".jpg") } == 7)
        #expect(turned.count { $0.hasSuffix(".png") } == 2)
        #expect(turned.count { $0.hasSuffix(".webp") } == 1)
        #expect(Golden.recorded.decoded.count > 50)
    }

    @Test("does not depend on the one before it")
    func independence() throws {
        var decoder = try ImageDecoder()
        let whole = try Fixture.bytes("rgb420.jpg")
        _ = try decoder.decode(whole)

        // A file without quantisation tables must not borrow those of the last.
        let tables = try #require(whole.firstRange(of: [0xFF, 0xDB]))
        let end = try #require(whole.firstRange(of: [0xFF, 0xC0]))
        let bare = Array(whole[..<tables.lowerBound] + whole[end.lowerBound...])
        #expect(throws: ImageError.self) { try decoder.decode(bare) }
        #expect(try decoder.decode(whole) == decoder.decode(whole))
    }

    @Test("says when its file was damaged")
    func warning() throws {
        var decoder = try ImageDecoder()
        let damaged = try decoder.decode(Fixture.bytes("damaged.jpg"))
        let sound = try decoder.decode(Fixture.bytes("rgb444.jpg"))

        #expect(damaged.warning?.contains("Corrupt JPEG data") == true)
        #expect(sound.warning == nil)
    }

    @Test(
        "is smaller in fast mode, yet twice what is needed",
        arguments: [(nil, 33, 25), (13, 33, 25), (6, 17, 13), (3, 9, 7), (1, 5, 4)])
    func scaling(shortSide: Int?, width: Int, height: Int) throws {
        var decoder = try ImageDecoder()
        let bytes = try Fixture.bytes("damaged.jpg")
        let image = try decoder.decode(bytes, mode: .fast, shortSide: shortSide)

        #expect(image.width == width)
        #expect(image.height == height)
        #expect(try decoder.decode(bytes, mode: .exact, shortSide: shortSide).width == 33)
    }
}
