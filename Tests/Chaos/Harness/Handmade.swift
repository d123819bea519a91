import Glibc

/// Parts of picture files, put together by hand, so that they may contradict each other.
enum Handmade {
    static let pngSignature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// A chunk of a PNG, with its checksum.
    static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
        let body = Array(type.utf8) + data
        return bigEndian(data.count, 4) + body + bigEndian(Int(crc(body)), 4)
    }

    /// A PNG whose header says what it is told.
    static func png(
        width: Int, height: Int, depth: UInt8 = 8, colour: UInt8 = 2, interlaced: UInt8 = 0,
        then chunks: [UInt8]
    ) -> [UInt8] {
        let header = bigEndian(width, 4) + bigEndian(height, 4) + [depth, colour, 0, 0, interlaced]
        return pngSignature + chunk("IHDR", header) + chunks + chunk("IEND", [])
    }

    /// A PNG with right checksums whatever was done to it, so that its chunks are looked into.
    static func mended(png: [UInt8]) -> [UInt8] {
        var bytes = png
        var offset = pngSignature.count
        while offset + 12 <= bytes.count {
            let length = bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
            guard length <= bytes.count - offset - 12 else { break }
            let end = offset + 8 + length
            let sum = crc(Array(bytes[offset + 4..<end]))
            bytes.replaceSubrange(end..<end + 4, with: bigEndian(Int(sum), 4))
            offset = end + 4
        }
        return bytes
    }

    /// A JPEG of one grey component with tables in which every code is one bit long.
    static func jpeg(
        width: Int, height: Int, progressive: Bool = false, scans: Int = 1
    ) -> [UInt8] {
        let frame: UInt8 = progressive ? 0xC2 : 0xC0
        var bytes: [UInt8] = [0xFF, 0xD8]
        bytes += segment(0xDB, [0] + [UInt8](repeating: 1, count: 64))
        bytes += segment(
            frame, [8] + bigEndian(height, 2) + bigEndian(width, 2) + [1, 1, 0x11, 0])
        for table: UInt8 in [0x00, 0x10] {
            bytes += segment(0xC4, [table, 1] + [UInt8](repeating: 0, count: 15) + [0])
        }
        bytes += segment(0xDA, progressive ? [1, 1, 0, 0, 0, 0] : [1, 1, 0, 0, 63, 0]) + [0x3F]
        let refinement = segment(0xDA, [1, 1, 0, 1, 63, 0]) + [0x7F]
        bytes.reserveCapacity(bytes.count + scans * refinement.count)
        for _ in 1..<max(2, scans) where scans > 1 { bytes += refinement }
        return bytes + [0xFF, 0xD9]
    }

    /// A segment of a JPEG, with its length.
    static func segment(_ marker: UInt8, _ data: [UInt8]) -> [UInt8] {
        [0xFF, marker] + bigEndian(data.count + 2, 2) + data
    }

    /// A WebP file of those chunks.
    static func webp(_ chunks: [(String, [UInt8])], size: Int? = nil) -> [UInt8] {
        let body = chunks.flatMap { name, data -> [UInt8] in
            Array(name.utf8) + littleEndian(data.count, 4) + data
                + (data.count % 2 == 1 ? [0] : [])
        }
        return Array("RIFF".utf8) + littleEndian(size ?? body.count + 4, 4) + Array("WEBP".utf8)
            + body
    }

    /// A deflated stream of at least `count` zeros, about a hundred and sixtieth as long.
    static func deflatedZeros(_ count: Int) -> (bytes: [UInt8], count: Int) {
        let repeats = count / 258 + 1
        var bytes: [UInt8] = []
        bytes.reserveCapacity(repeats * 13 / 8 + 8)
        var (pending, held) = (UInt32(0), UInt32(0))
        func put(_ code: UInt32, _ length: UInt32) {
            pending |= code << held
            held += length
            while held >= 8 {
                bytes.append(UInt8(truncatingIfNeeded: pending))
                pending >>= 8
                held -= 8
            }
        }
        // The last block, of fixed codes: a zero, then "258 more of the byte before", then the end.
        put(0b011, 3)
        put(0b0000_1100, 8)
        for _ in 0..<repeats { put(0b1010_0011, 13) }
        put(0, 7)
        if held > 0 { put(0, 8 - held) }
        return (bytes, repeats * 258 + 1)
    }

    /// Zeros as PNG keeps its pixels.
    static func zlibZeros(_ count: Int) -> [UInt8] {
        let (stream, length) = deflatedZeros(count)
        return [0x78, 0xDA] + stream + bigEndian((length % 65521) << 16 | 1, 4)
    }

    /// Zeros as gzip keeps a file.
    static func gzipZeros(_ count: Int) -> [UInt8] {
        let (stream, length) = deflatedZeros(count)
        var sum = UInt32.max
        for _ in 0..<length { sum = table[Int(sum & 0xFF)] ^ sum >> 8 }
        return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF] + stream + littleEndian(Int(~sum), 4)
            + littleEndian(length, 4)
    }

    static func bigEndian(_ number: Int, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    static func littleEndian(_ number: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ $0 >> 8 }
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value >> 1 ^ (value & 1 == 0 ? 0 : 0xEDB8_8320)
        }
    }
}
