/// Reads the XML of an object store's answers, byte by byte.
///
/// It knows elements, text and the references that stand for characters, and refuses whatever else
/// could make a parser do more than it should: document types, entities, deep nesting. Attributes
/// and comments are passed over.
struct XMLScanner {
    enum Event: Equatable {
        /// An element begins; its name without a namespace's prefix.
        case open(String)
        /// The element that was opened last ends.
        case close(String)
        /// Text within it; there may be several in a row.
        case text([UInt8])
    }

    struct Malformed: Error, Equatable {
        let words: String
    }

    private static let deepest = 16
    private let bytes: [UInt8]
    private var position = 0
    private var open: [String] = []
    /// The end of an element that is its own beginning.
    private var pending: String?

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The next event; nil at the end.
    mutating func next() throws(Malformed) -> Event? {
        if let name = pending {
            pending = nil
            return try end(name)
        }
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: "<") else {
                let text = try text()
                if !open.isEmpty { return .text(text) }
                continue
            }
            if starts("<?") {
                try skip(past: "?>")
            } else if starts("<!--") {
                try skip(past: "-->")
            } else if starts("<![CDATA[") {
                position += 9
                let start = position
                try skip(past: "]]>")
                if !open.isEmpty { return .text(Array(bytes[start..<position - 3])) }
            } else if starts("<!") {
                throw Malformed(words: "it declares a document type")
            } else {
                return try tag()
            }
        }
        guard open.isEmpty else { throw Malformed(words: "it ends within '\(open.last ?? "")'") }
        return nil
    }

    private func starts(_ text: String) -> Bool { bytes[position...].starts(with: text.utf8) }

    private mutating func skip(past text: String) throws(Malformed) {
        let end = Array(text.utf8)
        while position + end.count <= bytes.count {
            if bytes[position..<position + end.count].elementsEqual(end) {
                position += end.count
                return
            }
            position += 1
        }
        throw Malformed(words: "'\(text)' is missing")
    }

    private mutating func tag() throws(Malformed) -> Event {
        position += 1
        let isEnd = position < bytes.count && bytes[position] == UInt8(ascii: "/")
        if isEnd { position += 1 }
        let start = position
        while position < bytes.count, !" \t\r\n/>".utf8.contains(bytes[position]) { position += 1 }
        let full = String(decoding: bytes[start..<min(position, start + 200)], as: UTF8.self)
        let name = String(full.split(separator: ":").last ?? "")
        guard !name.isEmpty else { throw Malformed(words: "an element has no name") }
        // A '>' within the quotes of an attribute does not end the tag.
        var quote: UInt8?
        while position < bytes.count, quote != nil || bytes[position] != UInt8(ascii: ">") {
            let byte = bytes[position]
            if quote == byte {
                quote = nil
            } else if quote == nil, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            }
            position += 1
        }
        guard position < bytes.count else { throw Malformed(words: "it ends within a tag") }
        position += 1
        if isEnd { return try end(name) }
        guard open.count < Self.deepest else { throw Malformed(words: "it nests too deep") }
        open.append(name)
        if bytes[position - 2] == UInt8(ascii: "/") { pending = name }
        return .open(name)
    }

    private mutating func end(_ name: String) throws(Malformed) -> Event {
        guard open.popLast() == name else { throw Malformed(words: "'\(name)' ends out of turn") }
        return .close(name)
    }

    private mutating func text() throws(Malformed) -> [UInt8] {
        var text: [UInt8] = []
        while position < bytes.count, bytes[position] != UInt8(ascii: "<") {
            if bytes[position] == UInt8(ascii: "&") {
                text += String(try reference()).utf8
            } else {
                text.append(bytes[position])
                position += 1
            }
        }
        return text
    }

    private mutating func reference() throws(Malformed) -> Character {
        let end = bytes[position...].prefix(12).firstIndex(of: UInt8(ascii: ";"))
        guard let end else { throw Malformed(words: "an '&' stands alone") }
        let name = String(decoding: bytes[position + 1..<end], as: UTF8.self)
        position = end + 1
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default: break
        }
        let number =
            name.hasPrefix("#x")
            ? UInt32(name.dropFirst(2), radix: 16)
            : name.hasPrefix("#") ? UInt32(name.dropFirst()) : nil
        guard let scalar = number.flatMap(Unicode.Scalar.init) else {
            throw Malformed(words: "'&\(name);' means nothing")
        }
        return Character(scalar)
    }
}
