import PipelineCore

/// Walks through the members of a tar archive: POSIX's ustar and pax, and GNU's long names.
///
/// Nothing is ever written to disk: a member's name is a name, and no path.
final class TarReader {
    /// Why an archive cannot be walked through.
    enum Trouble: Error, Equatable {
        case system(SystemError)
        /// What is wrong, as a sentence.
        case damaged(String)
        /// It has an address, and is not to be had from there.
        case unreachable(ImageSourceError)
    }

    /// A regular file in the archive.
    struct Member: Equatable {
        var name: [UInt8]
        /// Where its first byte is in the archive.
        var offset: Int
        var size: Int
    }

    private static let block = 512
    /// The longest name, or record of other facts, in bytes.
    private static let longestFact = 1 << 16

    private let archive: any ArchiveBytes
    private var length: Int { archive.count }
    /// Where the next header is.
    private var position = 0

    /// Walks through `archive` from its beginning.
    init(_ archive: any ArchiveBytes) { self.archive = archive }

    /// The next regular file; nil at the end.
    func next() throws(Trouble) -> Member? {
        var longName: [UInt8]?
        var facts: [String: [UInt8]] = [:]
        while true {
            guard position < length else {
                // GNU tar writes two blocks of zeros at the end; not everybody does.
                guard longName == nil, facts.isEmpty else { throw damaged("ends after a name") }
                return nil
            }
            let header = try bytes(at: position, count: Self.block)
            guard header.contains(where: { $0 != 0 }) else { return nil }
            guard checksum(header) else { throw damaged("has no header") }
            guard var size = Self.number(header[124..<136]) else { throw damaged("has no size") }
            let start = position + Self.block
            let kind = header[156]
            if kind == UInt8(ascii: "L") || kind == UInt8(ascii: "x") {
                guard size <= Self.longestFact else { throw damaged("has too long a name") }
                let content = try bytes(at: start, count: size)
                if kind == UInt8(ascii: "L") {
                    longName = Array(content.prefix { $0 != 0 })
                } else {
                    guard let read = Self.facts(content) else {
                        throw damaged("has facts that cannot be read")
                    }
                    facts = read
                }
                try advance(past: start, size)
                continue
            }
            // A link's long name, and facts about all that follows, say nothing about a member.
            if kind == UInt8(ascii: "K") || kind == UInt8(ascii: "g") {
                try advance(past: start, size)
                continue
            }
            if let text = facts["size"] {
                guard let said = Int(String(decoding: text, as: UTF8.self)), said >= 0 else {
                    throw damaged("has no size")
                }
                size = said
            }
            try advance(past: start, size)
            let name = facts["path"] ?? longName ?? Self.name(header)
            (longName, facts) = (nil, [:])
            guard kind == 0 || kind == UInt8(ascii: "0") || kind == UInt8(ascii: "7") else {
                continue
            }
            return Member(name: name, offset: start, size: size)
        }
    }

    /// The bytes of the archive from `offset` on.
    func bytes(at offset: Int, count: Int) throws(Trouble) -> [UInt8] {
        guard count <= length - offset else { throw damaged("ends too early") }
        return try archive.bytes(at: offset, count: count)
    }

    private func advance(past start: Int, _ size: Int) throws(Trouble) {
        guard size <= length - start else { throw damaged("has a member that it ends within") }
        let blocks = (size + Self.block - 1) / Self.block
        position = start + blocks * Self.block
    }

    private func damaged(_ words: String) -> Trouble { .damaged("at byte \(position) it \(words)") }

    /// Whether a header's bytes add up to what it says, itself counted as blanks.
    private func checksum(_ header: [UInt8]) -> Bool {
        let sum = header.enumerated().reduce(0) { sum, pair in
            sum + ((148..<156).contains(pair.offset) ? 0x20 : Int(pair.element))
        }
        return Self.number(header[148..<156]) == sum
    }

    /// A number in octal digits, or with the first bit set in binary.
    private static func number(_ field: ArraySlice<UInt8>) -> Int? {
        guard let first = field.first else { return nil }
        if first & 0x80 != 0 {
            guard first == 0x80 else { return nil }
            return field.dropFirst().reduce(0 as Int?) { value, byte in
                guard let value, value <= Int.max >> 9 else { return nil }
                return value << 8 | Int(byte)
            }
        }
        let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0 && $0 != 0x20 }
        // Swift takes signs, too, and a size below zero would lead back to where the walk has been.
        guard digits.allSatisfy({ (0x30...0x37).contains($0) }) else { return nil }
        return digits.isEmpty ? 0 : Int(String(decoding: digits, as: UTF8.self), radix: 8)
    }

    private static func name(_ header: [UInt8]) -> [UInt8] {
        let name = Array(header[..<100].prefix { $0 != 0 })
        let isPOSIX = header[257..<263].elementsEqual(Array("ustar\0".utf8))
        let prefix = isPOSIX ? Array(header[345..<500].prefix { $0 != 0 }) : []
        return prefix.isEmpty ? name : prefix + [UInt8(ascii: "/")] + name
    }

    /// The records of a pax header, `length key=value` and a line feed each; nil where they are none.
    private static func facts(_ content: [UInt8]) -> [String: [UInt8]]? {
        var facts: [String: [UInt8]] = [:]
        var rest = content[...]
        while !rest.isEmpty {
            guard let blank = rest.firstIndex(of: 0x20),
                let count = Int(String(decoding: rest[..<blank], as: UTF8.self)),
                count <= rest.count, count > blank - rest.startIndex + 2
            else { return nil }
            let record = rest[(blank + 1)..<(rest.startIndex + count - 1)]
            guard let equals = record.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            facts[String(decoding: record[..<equals], as: UTF8.self)] = Array(
                record[(equals + 1)...])
            rest = rest[(rest.startIndex + count)...]
        }
        return facts
    }
}

extension TarReader.Trouble: CustomStringConvertible {
    var description: String {
        switch self {
        case .system(let error): error.description
        case .damaged(let words): words
        case .unreachable(let error): error.description
        }
    }
}
