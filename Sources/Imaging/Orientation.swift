/// What has to be done to a stored picture to see it upright: EXIF tag 0x0112.
enum Orientation: UInt16, CaseIterable {
    case upright = 1
    case flippedLeftRight
    case rotatedHalf
    case flippedTopBottom
    case transposed
    case rotatedClockwise
    case transversed
    case rotatedCounterclockwise

    /// Whether the picture's columns become its rows.
    var swapsSides: Bool { rawValue >= Self.transposed.rawValue }
}

extension Orientation {
    /// Reads EXIF data: a TIFF header and its first directory, with or without `Exif\0\0` before it.
    ///
    /// Anything that is not well formed, or not there, means upright.
    init(exif bytes: UnsafeRawBufferPointer) {
        var tiff = TIFFReader(bytes)
        self = tiff.orientation() ?? .upright
    }
}

/// Reads integers of either byte order, and never beyond the end.
private struct TIFFReader {
    private static let orientationTag = 0x0112

    private let bytes: Slice<UnsafeRawBufferPointer>
    private var bigEndian = false

    init(_ bytes: UnsafeRawBufferPointer) {
        let prefix: [UInt8] = [0x45, 0x78, 0x69, 0x66, 0, 0]
        self.bytes = bytes.dropFirst(bytes.starts(with: prefix) ? prefix.count : 0)
    }

    mutating func orientation() -> Orientation? {
        switch (byte(0), byte(1)) {
        case (0x49, 0x49): bigEndian = false
        case (0x4D, 0x4D): bigEndian = true
        default: return nil
        }
        guard short(2) == 42, let directory = long(4), let entries = short(directory) else {
            return nil
        }
        // Twelve bytes an entry: tag, type, count, and the value itself where it fits into four.
        for entry in 0..<entries {
            let offset = directory + 2 + 12 * entry
            guard let tag = short(offset) else { return nil }
            guard tag == Self.orientationTag else { continue }
            guard let type = short(offset + 2), long(offset + 4) == 1 else { return nil }
            let value: Int? =
                switch type {
                case 1: byte(offset + 8)
                case 3: short(offset + 8)
                case 4: long(offset + 8)
                default: nil
                }
            return value.flatMap(UInt16.init(exactly:)).flatMap(Orientation.init)
        }
        return nil
    }

    private func byte(_ offset: Int) -> Int? {
        offset < bytes.count ? Int(bytes[bytes.startIndex + offset]) : nil
    }

    private func short(_ offset: Int) -> Int? {
        guard let first = byte(offset), let second = byte(offset + 1) else { return nil }
        return bigEndian ? first << 8 | second : second << 8 | first
    }

    private func long(_ offset: Int) -> Int? {
        guard let first = short(offset), let second = short(offset + 2) else { return nil }
        return bigEndian ? first << 16 | second : second << 16 | first
    }
}
