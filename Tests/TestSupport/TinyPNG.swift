/// PNG files of one colour, small enough to be made in a test.
package enum TinyPNG {
    /// A picture of `width` × `height` pixels, all of them `r`, `g`, `b`; its header may say that it
    /// is a square of other sides.
    package static func plain(
        _ r: UInt8, _ g: UInt8, _ b: UInt8, width: Int = 12, height: Int = 10, claims: Int? = nil
    ) -> [UInt8] {
        let row: [UInt8] = [0] + (0..<width).flatMap { _ -> [UInt8] in [r, g, b] }
        let pixels: [UInt8] = (0..<height).flatMap { _ -> [UInt8] in row }
        let size = bigEndian(UInt32(claims ?? width)) + bigEndian(UInt32(claims ?? height))
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + chunk("IHDR", size + [8, 2, 0, 0, 0]) + chunk("IDAT", stored(pixels))
            + chunk("IEND", [])
    }

    /// A zlib stream of `bytes`, not compressed.
    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        let length = UInt16(bytes.count)
        var a: UInt32 = 1
        var b: UInt32 = 0
        for byte in bytes {
            a = (a + UInt32(byte)) % 65521
            b = (b + a) % 65521
        }
        return [0x78, 0x01, 0x01] + littleEndian(length) + littleEndian(~length) + bytes
            + bigEndian(b << 16 | a)
    }

    private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
        let body = Array(type.utf8) + data
        return bigEndian(UInt32(data.count)) + body + bigEndian(crc(body))
    }

    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        var crc = ~UInt32(0)
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }

    private static func bigEndian(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    private static func littleEndian(_ number: UInt16) -> [UInt8] {
        [0, 8].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}
