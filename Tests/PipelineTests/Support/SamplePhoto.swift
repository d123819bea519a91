/// Pictures that networks see different things in, drawn by rule.
struct SamplePhoto {
    /// Which picture.
    let index: Int
    static let side = 96

    /// The picture as a PNG.
    var png: [UInt8] {
        var rows: [UInt8] = []
        for y in 0..<Self.side {
            rows.append(0)  // no filter
            for x in 0..<Self.side { rows += colour(x, y) }
        }
        var header = bigEndian(UInt32(Self.side)) + bigEndian(UInt32(Self.side))
        header += [8, 2, 0, 0, 0]  // 8-bit RGB
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + chunk("IHDR", header) + chunk("IDAT", stored(rows)) + chunk("IEND", [])
    }

    /// Stripes, squares, rings or spots in two colours, by the index.
    private func colour(_ x: Int, _ y: Int) -> [UInt8] {
        let period = 6 + index / 4 % 9 * 4
        let (dx, dy) = (x - Self.side / 2, y - Self.side / 2)
        let isInside =
            switch index % 4 {
            case 0: (x * (1 + index % 3) + y * (index % 5)) / period % 2 == 0
            case 1: (x / period + y / period) % 2 == 0
            case 2: Int(Double(dx * dx + dy * dy).squareRoot()) / period % 2 == 0
            default: dx % period * (dx % period) + dy % period * (dy % period) < period * period / 6
            }
        let seed = index * 37 + (isInside ? 0 : 101)
        return [0, 1, 2].map { UInt8(truncatingIfNeeded: seed * (11 + $0 * 29) % 251) }
    }
}

extension SamplePhoto {
    /// A PNG that says it is `width` × `height`, and then ends.
    static func header(width: UInt32, height: UInt32) -> [UInt8] {
        let header = bigEndian(width) + bigEndian(height) + [8, 2, 0, 0, 0]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + chunk("IHDR", header) + chunk("IDAT", stored([0]))
    }
}

private func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
}

private func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + content
    return bigEndian(UInt32(content.count)) + body + bigEndian(crc32(body))
}

/// The bytes as a zlib stream that compresses nothing.
private func stored(_ bytes: [UInt8]) -> [UInt8] {
    var stream: [UInt8] = [0x78, 0x01]
    var rest = bytes[...]
    repeat {
        let block = rest.prefix(65535)
        rest = rest.dropFirst(block.count)
        let count = UInt16(block.count)
        stream += [rest.isEmpty ? 1 : 0]
        for length in [count, ~count] { stream += [UInt8(length & 255), UInt8(length >> 8)] }
        stream += block
    } while !rest.isEmpty
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
        a = (a + UInt32(byte)) % 65521
        b = (b + a) % 65521
    }
    return stream + bigEndian(b << 16 | a)
}

private func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { crc, byte in
        (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in
            crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1
        }
    }
}
