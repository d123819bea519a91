import Glibc

/// The one way a manifest's line is written and read.
///
/// A line is a JSON object and a line feed: `{"file":"a/b.jpg","size":123,"sha256":"9f86…"}`, or
/// with `"problem"` in place of `"sha256"` for a file that could not be read. An image elsewhere has
/// `"url"` in place of `"file"`, a member of an archive `"archive"` and `"offset"`, and any may have
/// a `"label"`. A manifest of millions of lines passes through here several times, hence a codec for
/// this one shape.
package enum ManifestLine {
    /// The longest line, in bytes, its line feed included.
    package static let limit = 64 * 1024

    /// The entry as a line, its line feed included.
    package static func encode(_ entry: ImageEntry) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(entry.file.bytes.count + 120)
        line += (entry.isRemote ? #"{"url":"# : #"{"file":"#).utf8
        append(entry.file.text, to: &line)
        line += #","size":"#.utf8
        line += String(entry.size).utf8
        if let sha256 = entry.sha256 {
            line += #","sha256":""#.utf8
            line += sha256.hex.utf8
            line.append(quote)
        }
        if let problem = entry.problem {
            line += #","problem":"#.utf8
            append(problem, to: &line)
        }
        if let etag = entry.etag {
            line += #","etag":"#.utf8
            append(etag, to: &line)
        }
        if let archive = entry.archive {
            line += #","archive":"#.utf8
            append(archive.path.text, to: &line)
            line += #","offset":"#.utf8
            line += String(archive.offset).utf8
        }
        if let label = entry.label {
            line += #","label":"#.utf8
            append(label, to: &line)
        }
        line += "}\n".utf8
        return line
    }

    /// Reads a line, with or without its line feed.
    ///
    /// Keys may come in any order; an unknown or repeated key, a path that leaves the dataset, an
    /// address that nothing is fetched from, and of a file beneath the dataset anything but exactly
    /// one of `sha256` and `problem` is refused.
    package static func parse(
        _ line: some Collection<UInt8>
    ) throws(ManifestLineError) -> ImageEntry {
        let result = line.withContiguousStorageIfAvailable { bytes in
            Result { () throws(ManifestLineError) in try parse(bytes) }
        }
        guard let result else { return try parse([UInt8](line)) }
        return try result.get()
    }

    /// Reads a line, with or without its line feed, where it lies.
    package static func parse(
        _ line: UnsafeBufferPointer<UInt8>
    ) throws(ManifestLineError) -> ImageEntry {
        var scanner = ManifestLineScanner(line)
        return try scanner.entry()
    }

    /// The lines of `shard` among those of the block that it is cut from; fewer where the block has
    /// not as many.
    package static func lines(of shard: ShardRange, inBlock block: [UInt8]) -> ArraySlice<UInt8> {
        let first = end(ofLines: shard.skip, in: block[...])
        return block[first..<end(ofLines: shard.count, in: block[first...])]
    }

    /// Where the first `count` lines end; `memchr` looks at 32 bytes at a time.
    package static func end(ofLines count: Int, in bytes: ArraySlice<UInt8>) -> Int {
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return bytes.startIndex }
            var place = 0
            for _ in 0..<count {
                guard let found = memchr(base + place, 0x0A, buffer.count - place) else {
                    return bytes.endIndex
                }
                place = UnsafeRawPointer(found) - base + 1
            }
            return bytes.startIndex + place
        }
    }

    private static let quote = UInt8(ascii: "\"")

    /// Appends `text` as a JSON string.
    private static func append(_ text: String, to line: inout [UInt8]) {
        line.append(quote)
        for byte in text.utf8 {
            switch byte {
            case quote, UInt8(ascii: "\\"):
                line.append(UInt8(ascii: "\\"))
                line.append(byte)
            case UInt8(ascii: "\n"):
                line += #"\n"#.utf8
            case 0..<0x20:
                line += #"\u00"#.utf8
                line += hexadecimal([byte]).utf8
            default:
                line.append(byte)
            }
        }
        line.append(quote)
    }
}

/// Why a line is not one of a manifest.
package enum ManifestLineError: Error, Sendable, Equatable {
    /// The JSON is broken or of another shape; columns count bytes from 1.
    case expected(String, column: Int)
    /// A key that no line has.
    case unknownKey(String)
    /// A key that came before.
    case repeatedKey(String)
    /// A key that every line needs.
    case missingKey(String)
    /// A path that is empty, absolute, or not in its simplest form.
    case path(String)
    /// An address that images are not fetched from.
    case address(String)
    /// Keys that do not fit together: what is wrong, as a sentence.
    case misfit(String)
    /// Both or neither of `sha256` and `problem`.
    case undecided
}

extension ManifestLineError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .expected(let what, let column):
            "expected \(what) at column \(column)"
        case .unknownKey(let key):
            "unknown key '\(key)'; a line has 'file' or 'url', 'size', 'sha256' or 'problem', and "
                + "may have 'etag', 'archive' with 'offset', and 'label'"
        case .repeatedKey(let key):
            "the key '\(key)' appears twice"
        case .missingKey(let key):
            "the key '\(key)' is missing"
        case .path(let path):
            "'\(path)' is not the plain path of a file beneath the dataset"
        case .address(let address):
            "'\(address)' is no address that images are fetched from: http, https or s3, without a "
                + "user's name"
        case .misfit(let words):
            words
        case .undecided:
            "a line has either 'sha256', or 'problem' for a file that could not be read"
        }
    }
}
