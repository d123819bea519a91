/// Reads the JSON object of one manifest line, byte by byte.
///
/// It borrows the bytes: a scanner must not outlive them. Every read passes through ``peek``,
/// which is checked.
struct ManifestLineScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// Reads the whole line.
    mutating func entry() throws(ManifestLineError) -> ImageEntry {
        var found = ManifestLineParts()
        try take("{", "'{'")
        repeat {
            let key = String(decoding: try string(), as: UTF8.self)
            try take(":", "':'")
            switch key {
            case "file":
                try once(key, found.file == nil)
                found.file = try path()
            case "url":
                try once(key, found.url == nil)
                found.url = try path()
            case "size":
                try once(key, found.size == nil)
                found.size = try number()
            case "sha256":
                try once(key, found.sha256 == nil)
                found.sha256 = try digest()
            case "problem":
                try once(key, found.problem == nil)
                found.problem = String(decoding: try string(), as: UTF8.self)
            case "etag":
                try once(key, found.etag == nil)
                found.etag = String(decoding: try string(), as: UTF8.self)
            case "archive":
                try once(key, found.archive == nil)
                found.archive = try path()
            case "offset":
                try once(key, found.offset == nil)
                found.offset = try number()
            case "label":
                try once(key, found.label == nil)
                found.label = String(decoding: try string(), as: UTF8.self)
            default:
                throw .unknownKey(String(key.prefix(80)))
            }
        } while skip(",")
        try take("}", "',' or '}'")
        skipSpace()
        guard position == bytes.count else { throw expected("the end of the line") }
        return try found.entry()
    }

    /// The byte at hand; nil at the end.
    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func expected(_ what: String) -> ManifestLineError {
        .expected(what, column: position + 1)
    }

    private func once(_ key: String, _ first: Bool) throws(ManifestLineError) {
        guard first else { throw .repeatedKey(key) }
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
            position += 1
        }
    }

    /// Passes over `sign` if it comes next.
    private mutating func skip(_ sign: Unicode.Scalar) -> Bool {
        skipSpace()
        guard peek == UInt8(ascii: sign) else { return false }
        position += 1
        return true
    }

    private mutating func take(
        _ sign: Unicode.Scalar, _ name: String
    ) throws(ManifestLineError) {
        guard skip(sign) else { throw expected(name) }
    }

    private mutating func path() throws(ManifestLineError) -> RelativePath {
        let text = try string()
        // Without a backslash the text has no escapes of its own, and is the path.
        return text.contains(UInt8(ascii: "\\"))
            ? RelativePath(text: String(decoding: text, as: UTF8.self)) : RelativePath(bytes: text)
    }

    private mutating func digest() throws(ManifestLineError) -> SHA256Digest {
        skipSpace()
        let start = position
        let text = try string()
        guard let digest = SHA256Digest(hex: String(decoding: text, as: UTF8.self)) else {
            position = start
            throw expected("64 hexadecimal digits")
        }
        return digest
    }

    /// Reads a whole number from 0.
    private mutating func number() throws(ManifestLineError) -> Int {
        skipSpace()
        let start = position
        var value = 0
        while let byte = peek, (0x30...0x39).contains(byte) {
            let (tens, overflows) = value.multipliedReportingOverflow(by: 10)
            let (sum, spills) = tens.addingReportingOverflow(Int(byte - 0x30))
            guard !overflows, !spills else { throw expected("a size that fits 63 bits") }
            value = sum
            position += 1
        }
        let digits = position - start
        guard digits == 1 || digits > 1 && bytes[start] != UInt8(ascii: "0") else {
            position = start
            throw expected("a whole number")
        }
        return value
    }

    /// Reads a string: its bytes as UTF-8, escapes resolved.
    private mutating func string() throws(ManifestLineError) -> [UInt8] {
        try take("\"", "a string")
        let start = position
        var isASCII = true
        while let byte = peek, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
            guard byte >= 0x20 else { throw expected("an escape for a control character") }
            isASCII = isASCII && byte < 0x80
            position += 1
        }
        var text = [UInt8](bytes[start..<position])
        while let byte = peek, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw expected("an escape for a control character") }
            if byte == UInt8(ascii: "\\") {
                try appendEscape(to: &text)
            } else {
                isASCII = isASCII && byte < 0x80
                text.append(byte)
                position += 1
            }
        }
        try take("\"", "a closing quote")
        guard isASCII || String(validating: text, as: UTF8.self) != nil else {
            position = start
            throw expected("UTF-8")
        }
        return text
    }

    /// Reads a backslash and what it stands for.
    private mutating func appendEscape(to text: inout [UInt8]) throws(ManifestLineError) {
        position += 1
        let sign = peek
        position += 1
        switch sign {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            text.append(sign ?? 0)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text += String(try scalar()).utf8
        default:
            position -= 1
            throw expected("one of the escapes of JSON")
        }
    }

    /// Reads the digits of `\u`, and for a character beyond 16 bits those of its second half.
    private mutating func scalar() throws(ManifestLineError) -> Character {
        let unit = try hexadecimalUnit()
        var code = unit
        if (0xD800..<0xDC00).contains(unit), peek == UInt8(ascii: "\\") {
            position += 1
            guard peek == UInt8(ascii: "u") else { throw expected("the second half of a pair") }
            position += 1
            let low = try hexadecimalUnit()
            guard (0xDC00..<0xE000).contains(low) else {
                throw expected("the second half of a pair")
            }
            code = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw expected("a whole character") }
        return Character(scalar)
    }

    private mutating func hexadecimalUnit() throws(ManifestLineError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = hexValue(byte) else {
                throw expected("four hexadecimal digits")
            }
            unit = unit << 4 | UInt32(digit)
            position += 1
        }
        return unit
    }
}
