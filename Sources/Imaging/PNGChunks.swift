/// The part of a PNG file that its picture needs.
///
/// Everything else (texts, profiles, times, the further frames of an animation) is left out before
/// the codec sees it: it cannot change the pixels, and a compressed text can be a bomb.
struct PNGChunks {
    /// A file of the critical chunks only.
    private(set) var picture: [UInt8]
    /// Where the EXIF data lie in the original file.
    private(set) var exif: Range<Int>?

    /// Throws ``ImageError/undecodable(_:)`` for a checksum that does not match.
    ///
    /// The checksums of critical chunks are left to the codec, and those behind the picture are not
    /// looked at. So is a missing end: a file that was cut behind its picture has lost nothing. One
    /// that was cut before is passed on without its end, and the codec finds out; it does not see the
    /// chunk that was cut unless that is critical, for it would set aside as much memory as others
    /// claim to need.
    init(_ bytes: UnsafeRawBufferPointer) throws(ImageError) {
        picture = []
        picture.reserveCapacity(bytes.count)
        picture.append(contentsOf: bytes.prefix(Self.signature))
        var offset = Self.signature
        var beforePicture = true
        let isCutWithinPicture: Bool
        while true {
            guard offset + 12 <= bytes.count else {
                isCutWithinPicture = beforePicture
                break
            }
            let length = Int(bytes.bigEndian32(at: offset))
            let type = bytes.bigEndian32(at: offset + 4)
            guard length <= bytes.count - offset - 12, type != Self.IEND else {
                isCutWithinPicture = beforePicture || type == Self.IDAT
                break
            }
            let chunk = offset..<offset + length + 12
            switch type {
            case Self.IHDR, Self.PLTE, Self.IDAT:
                picture.append(contentsOf: bytes[chunk])
                beforePicture = beforePicture && type != Self.IDAT
            default:
                if beforePicture { try Self.verify(bytes, chunk: chunk, type: type) }
                if type == Self.eXIf, exif == nil { exif = offset + 8..<offset + 8 + length }
            }
            offset = chunk.upperBound
        }
        let rest = UnsafeRawBufferPointer(rebasing: bytes[min(offset, bytes.count)...])
        if !isCutWithinPicture {
            picture.append(contentsOf: Self.end)
        } else if rest.count >= 8, Self.critical.contains(rest.bigEndian32(at: 4)) {
            picture.append(contentsOf: rest)
        }
    }

    /// An empty IEND chunk.
    private static let end: [UInt8] = [
        0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
    ]
    private static let signature = 8
    private static let IHDR: UInt32 = 0x4948_4452
    private static let PLTE: UInt32 = 0x504C_5445
    private static let IDAT: UInt32 = 0x4944_4154
    private static let IEND: UInt32 = 0x4945_4E44
    private static let eXIf: UInt32 = 0x6558_4966
    private static let critical: Set<UInt32> = [IHDR, PLTE, IDAT, IEND]

    /// A chunk ends with the CRC-32 of its type and data.
    private static func verify(
        _ bytes: UnsafeRawBufferPointer, chunk: Range<Int>, type: UInt32
    ) throws(ImageError) {
        let end = chunk.upperBound - 4
        var crc = UInt32.max
        for byte in bytes[chunk.lowerBound + 4..<end] {
            crc = crcTable[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] ^ (crc >> 8)
        }
        guard ~crc == bytes.bigEndian32(at: end) else {
            let name = withUnsafeBytes(of: type.bigEndian) { String(decoding: $0, as: UTF8.self) }
            throw .undecodable("the checksum of the PNG's \(name) chunk does not match")
        }
    }

    private static let crcTable = (0..<256).map { index in
        var value = UInt32(index)
        for _ in 0..<8 { value = (value >> 1) ^ (value & 1 == 0 ? 0 : 0xEDB8_8320) }
        return value
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func bigEndian32(at offset: Int) -> UInt32 {
        UInt32(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}
