/// A file's place beneath its dataset: any bytes a Linux path may hold.
///
/// Paths order by their bytes. A path need not be UTF-8; its ``text`` is, and says the same.
package struct RelativePath: Sendable, Hashable {
    /// The path as the file system knows it: no leading or doubled `/`, no NUL.
    package let bytes: [UInt8]

    /// Takes a path as the file system spells it.
    package init(bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// Reads back what ``text`` wrote.
    package init(text: String) {
        let source = Array(text.utf8)
        var bytes: [UInt8] = []
        var i = 0
        while i < source.count {
            if let byte = Self.escape(in: source, at: i) {
                bytes.append(byte)
                i += 4
            } else {
                bytes.append(source[i])
                i += 1
            }
        }
        self.bytes = bytes
    }

    /// The path as text: itself where it is UTF-8, and `\xHH` for each byte that is not.
    ///
    /// So that nothing is ambiguous, a backslash that would read as such an escape is written as
    /// `\x5C`. Every other name, backslashes included, stays as it is.
    package var text: String {
        if let text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(0x5C) {
            return text
        }
        var output = ""
        var i = 0
        while i < bytes.count {
            let length = Self.scalarLength(in: bytes, at: i)
            if length == 0 || Self.escape(in: bytes, at: i) != nil {
                output += "\\x" + hexadecimal([bytes[i]]).uppercased()
                i += 1
            } else {
                output += String(decoding: bytes[i..<i + length], as: UTF8.self)
                i += length
            }
        }
        return output
    }

    /// The byte that a `\xHH` at `index` stands for; nil where none stands.
    private static func escape(in bytes: [UInt8], at index: Int) -> UInt8? {
        guard index + 4 <= bytes.count, bytes[index] == UInt8(ascii: "\\"),
            bytes[index + 1] == UInt8(ascii: "x"),
            let high = hexValue(bytes[index + 2]), let low = hexValue(bytes[index + 3])
        else { return nil }
        return high << 4 | low
    }

    /// Bytes of the UTF-8 scalar at `index`, or 0 where the bytes are not UTF-8.
    private static func scalarLength(in bytes: [UInt8], at index: Int) -> Int {
        for length in 1...4 where index + length <= bytes.count {
            if String(validating: bytes[index..<index + length], as: UTF8.self) != nil {
                return length
            }
        }
        return 0
    }
}

extension RelativePath: Comparable {
    package static func < (a: Self, b: Self) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }
}

extension RelativePath: CustomStringConvertible {
    package var description: String { text }
}

extension RelativePath: Codable {
    package init(from decoder: any Decoder) throws {
        self.init(text: try decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
