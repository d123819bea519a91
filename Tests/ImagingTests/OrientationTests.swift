import Testing

@testable import Imaging

@Suite("EXIF data")
struct OrientationTests {
    /// Little-endian TIFF: one directory entry of the given tag, type, count and value.
    private static func tiff(
        tag: UInt8 = 0x12, type: UInt8 = 3, count: UInt8 = 1, value: UInt8 = 6, entries: UInt8 = 1,
        directory: UInt8 = 8
    ) -> [UInt8] {
        [0x49, 0x49, 42, 0, directory, 0, 0, 0, entries, 0]
            + [tag, 1, type, 0, count, 0, 0, 0, value, 0, 0, 0] + [0, 0, 0, 0]
    }

    private func orientation(_ bytes: [UInt8]) -> Orientation {
        bytes.withUnsafeBytes { Orientation(exif: $0) }
    }

    @Test("turn a picture whatever the width of their value", arguments: [1, 3, 4])
    func types(type: UInt8) {
        #expect(orientation(Self.tiff(type: type)) == .rotatedClockwise)
        #expect(orientation(Array("Exif\0\0".utf8) + Self.tiff(type: type)) == .rotatedClockwise)
    }

    @Test(
        "that are malformed leave it upright",
        arguments: [
            [], [0x49], Array("Exif\0\0".utf8), Array("XX*\0".utf8),
            tiff(tag: 0x13), tiff(type: 2), tiff(count: 2), tiff(value: 0), tiff(value: 9),
            tiff(entries: 0), tiff(directory: 255), tiff(tag: 0x13, entries: 200),
        ])
    func malformed(bytes: [UInt8]) {
        #expect(orientation(bytes) == .upright)
    }

    @Test("that are cut anywhere are read no further than they go")
    func cuts() {
        let whole = Self.tiff()
        for length in whole.indices {
            let wanted: Orientation = length < 20 ? .upright : .rotatedClockwise
            #expect(orientation(Array(whole[..<length])) == wanted)
        }
    }

    @Test("that say to turn a picture twice restore it", arguments: Orientation.allCases)
    func inverse(_ orientation: Orientation) {
        let image = RGBImage(
            width: 70, height: 41,
            pixels: (0..<70 * 41 * 3).map { UInt8(truncatingIfNeeded: $0 / 3 * 7) })
        let back: Orientation =
            switch orientation {
            case .rotatedClockwise: .rotatedCounterclockwise
            case .rotatedCounterclockwise: .rotatedClockwise
            default: orientation
            }
        #expect(image.turned(orientation).turned(back) == image)
        #expect(orientation == .upright || image.turned(orientation) != image)
    }
}
