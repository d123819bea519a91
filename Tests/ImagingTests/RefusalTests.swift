import PipelineCore
import Testing

@testable import Imaging

@Suite("A file that gives no picture")
struct RefusalTests {
    private func failure(_ bytes: [UInt8], limits: ImageLimits = .standard) throws -> ImageError? {
        var decoder = try ImageDecoder(limits: limits)
        do {
            _ = try bytes.withUnsafeBytes { bytes throws(ImageError) in
                try decoder.decode(bytes, orient: true, mode: .exact, shortSide: nil)
            }
            return nil
        } catch let error as ImageError {
            return error
        }
    }

    @Test(
        "is known by its first bytes",
        arguments: [
            ("", "empty"), ("hello, world", "not-an-image"), ("RIFF1234WAVEfmt ", "not-an-image"),
            ("GIF89a…", "unsupported"), ("BM123456", "unsupported"), ("II*\0…", "unsupported"),
            ("MM\0*…", "unsupported"), ("0000ftypheic", "unsupported"),
            ("0000ftypavif", "unsupported"), ("<svg xmlns=", "unsupported"),
            ("RI", "truncated"), ("RIFF1234", "truncated"),
        ])
    func signatures(text: String, reason: String) throws {
        #expect(try failure(Array(text.utf8))?.reason == reason)
    }

    @Test("is truncated when it ends within a signature", arguments: ["rgb444.jpg", "rgb8.png"])
    func stubs(file: String) throws {
        for length in 1..<8 {
            #expect(try failure(Array(Fixture.bytes(file)[..<length]))?.reason == "truncated")
        }
    }

    @Test("is refused from its header when it is too large", arguments: ["bomb.png", "bomb.webp"])
    func bombs(file: String) throws {
        let side = file == "bomb.png" ? 60000 : 16384
        let limit = ImageLimits.standard.maximumPixels
        #expect(
            try failure(Fixture.bytes(file)) == .tooLarge(width: side, height: side, limit: limit))
    }

    @Test(
        "is one pixel over the limit",
        arguments: ["rgb420.jpg", "progressive.jpg", "rgb8.png", "lossy.webp"])
    func pixelLimit(file: String) throws {
        var limits = ImageLimits.standard
        limits.maximumPixels = 19 * 13
        #expect(try failure(Fixture.bytes(file), limits: limits) == nil)
        limits.maximumPixels -= 1
        #expect(try failure(Fixture.bytes(file), limits: limits)?.reason == "too-large")
    }

    @Test("is a JPEG of enormous sides")
    func largeJPEG() throws {
        let bytes = try Fixture.bytes("rgb420.jpg").resized(frame: 0xC0, side: 65500)
        let limit = ImageLimits.standard.maximumPixels
        #expect(try failure(bytes) == .tooLarge(width: 65500, height: 65500, limit: limit))
    }

    @Test("is a JPEG that goes over its picture again and again")
    func scans() throws {
        let bytes = try Fixture.bytes("progressive.jpg")
        let last = try #require(bytes.ranges(of: [0xFF, 0xDA]).last).lowerBound
        let scan = bytes[last..<bytes.count - 2]
        let many = bytes[..<last] + Array(repeating: scan, count: 200).joined() + [0xFF, 0xD9]
        #expect(try failure(Array(many)) == .tooManyScans(limit: 100))
    }

    @Test("is a progressive JPEG that needs more memory than it may take")
    func memory() throws {
        var limits = ImageLimits.standard
        limits.maximumWorkingMemory = 1 << 20
        let bytes = try Fixture.bytes("progressive.jpg").resized(frame: 0xC2, side: 5000)
        #expect(try failure(bytes, limits: limits)?.reason == "too-large")
    }

    @Test(
        "is a JPEG of an uncommon kind",
        arguments: [("lossless", 1, 0xC3), ("arithmetic", 1, 0xC9), ("twelve bits", 4, 12)])
    func variants(name: String, offset: Int, value: UInt8) throws {
        var bytes = try Fixture.bytes("rgb444.jpg")
        let frame = try #require(bytes.firstRange(of: [0xFF, 0xC0])).lowerBound
        bytes[frame + offset] = value
        #expect(try failure(bytes)?.reason == "unsupported")
    }

    @Test(
        "is a PNG whose checksum does not match", arguments: ["IHDR", "PLTE", "tRNS", "IDAT"])
    func checksums(chunk: String) throws {
        var bytes = try Fixture.bytes("palette8-alpha.png")
        let type = try #require(bytes.firstRange(of: Array(chunk.utf8)))
        let length = bytes[type.lowerBound - 4..<type.lowerBound].reduce(0) { $0 << 8 | Int($1) }
        bytes[type.upperBound + length] ^= 1
        #expect(try failure(bytes)?.reason == "corrupt")
    }

    @Test(
        "is a PNG cut within a chunk that claims a gibibyte, of which the codec does not hear",
        arguments: ["eXIf", "iCCP", "zTXt", "abcd"], [0, 3, 100])
    func cutWithinChunk(chunk: String, left: Int) throws {
        let header = Array(try Fixture.bytes("rgb8.png")[..<33])
        var cut = header + [0x40, 0, 0, 0] + Array(chunk.utf8)
        cut += [UInt8](repeating: 0, count: left)
        let picture = try cut.withUnsafeBytes { try PNGChunks($0).picture }
        #expect(picture == header)
        #expect(try failure(cut)?.reason == "truncated")
    }

    @Test("is told with what to do next")
    func words() {
        let errors: [ImageError] = [
            .empty, .unknownFormat(magic: "68 65"), .unsupported("GIF"), .truncated("x"),
            .undecodable("x"), .tooLarge(width: 3, height: 2, limit: 5), .tooManyScans(limit: 100),
            .noMemory("x"),
        ]
        for error in errors {
            #expect(error.description.contains(";"), "\(error)")
        }
        #expect(errors[2].description == "GIF is not supported; convert it to JPEG, PNG or WebP")
    }
}

extension [UInt8] {
    /// A JPEG with other sides in the frame header of marker `frame`.
    fileprivate func resized(frame: UInt8, side: UInt16) throws -> [UInt8] {
        let start = try #require(firstRange(of: [0xFF, frame])).lowerBound
        let bytes = [UInt8(side >> 8), UInt8(side & 255)]
        var copy = self
        copy.replaceSubrange(start + 5..<start + 9, with: bytes + bytes)
        return copy
    }
}
