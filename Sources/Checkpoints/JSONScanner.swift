/// Steps through JSON (RFC 8259) a token at a time: objects, arrays, strings, counts.
struct JSONScanner {
    private let bytes: [UInt8]
    private let path: String
    private var position = 0

    init(_ bytes: [UInt8], path: String) {
        self.bytes = bytes
        self.path = path
    }

    func error(_ detail: String) -> CheckpointError {
        .corrupt(path: path, detail: "its JSON header at byte \(position): \(detail)")
    }

    /// Whether the very next byte is `character`, blanks not skipped.
    func begins(with character: Unicode.Scalar) -> Bool {
        position < bytes.count && bytes[position] == UInt8(ascii: character)
    }

    /// Steps over `opening`; tells whether a member follows, stepping over `closing` if none does.
    mutating func open(
        _ opening: Unicode.Scalar, _ closing: Unicode.Scalar
    ) throws(CheckpointError) -> Bool {
        try expect(opening)
        return !take(closing)
    }

    /// Steps over the comma before another member or over `closing`; tells whether one follows.
    mutating func next(or closing: Unicode.Scalar) throws(CheckpointError) -> Bool {
        if take(",") { return true }
        try expect(closing)
        return false
    }

    /// A member's name, with the colon after it.
    mutating func key() throws(CheckpointError) -> String {
        let key = try string()
        try expect(":")
        return key
    }

    /// An array of at most `limit` counts.
    mutating func integers(atMost limit: Int) throws(CheckpointError) -> [Int] {
        var values: [Int] = []
        var more = try open("[", "]")
        while more {
            guard values.count < limit else { throw error("more than \(limit) numbers") }
            values.append(try integer())
            more = try next(or: "]")
        }
        return values
    }

    /// Nothing but blanks may be left.
    mutating func finish() throws(CheckpointError) {
        skipBlanks()
        guard position == bytes.count else { throw error("something follows the object") }
    }

    /// A string with its escapes resolved.
    mutating func string() throws(CheckpointError) -> String {
        try expect("\"")
        var text: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw error("a string is not UTF-8")
                }
                return string
            case UInt8(ascii: "\\"): text += try escape()
            case 0..<0x20: throw error("a control character in a string")
            default: text.append(byte)
            }
        }
        throw error("a string has no end")
    }

    private mutating func escape() throws(CheckpointError) -> [UInt8] {
        guard position < bytes.count else { throw error("a string has no end") }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return Array(String(try scalar()).utf8)
        default: throw error("an unknown escape")
        }
    }

    /// The character of `\uXXXX`, or of two of them that form a surrogate pair.
    private mutating func scalar() throws(CheckpointError) -> Unicode.Scalar {
        var value = try hexadecimal()
        if 0xD800..<0xDC00 ~= value {
            guard begins(with: "\\") else { throw error("half a surrogate pair") }
            position += 1
            guard begins(with: "u") else { throw error("half a surrogate pair") }
            position += 1
            let low = try hexadecimal()
            guard 0xDC00..<0xE000 ~= low else { throw error("half a surrogate pair") }
            value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw error("half a surrogate pair") }
        return scalar
    }

    private mutating func hexadecimal() throws(CheckpointError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard position < bytes.count,
                let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue
            else { throw error("an escape without four hexadecimal digits") }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    /// A number without sign, fraction or exponent.
    private mutating func integer() throws(CheckpointError) -> Int {
        skipBlanks()
        let start = position
        var value = 0
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= bytes[position] {
            let (tens, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let digit = Int(bytes[position] - UInt8(ascii: "0"))
            let (sum, overflow) = tens.addingReportingOverflow(digit)
            guard !tooLarge, !overflow else { throw error("a number beyond 64 bits") }
            value = sum
            position += 1
        }
        guard position > start else { throw error("a count is missing") }
        guard position == start + 1 || bytes[start] != UInt8(ascii: "0") else {
            throw error("a number with a leading zero")
        }
        return value
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(CheckpointError) {
        guard take(character) else { throw error("'\(character)' is missing") }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard begins(with: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipBlanks() {
        while position < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) {
            position += 1
        }
    }
}
