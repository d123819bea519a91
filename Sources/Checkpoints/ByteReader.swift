/// Walks through a mapped file and never past the end it was given.
///
/// Every look into a mapping before its tensors exist goes through here, and nothing that points
/// into the mapping comes out: only numbers, text and ranges already known to lie inside.
struct ByteReader {
    let file: MappedFile
    private(set) var position: Int
    let end: Int

    /// Reads `range`, or as much of it as the file has.
    init(_ file: MappedFile, in range: Range<Int>? = nil) {
        let whole = 0..<file.bytes.count
        let part = range.map { $0.clamped(to: whole) } ?? whole
        self.file = file
        position = part.lowerBound
        end = part.upperBound
    }

    var remaining: Int { end - position }

    /// Steps over `count` bytes and tells where they are.
    mutating func skip(_ count: Int, _ what: StaticString) throws(CheckpointError) -> Range<Int> {
        guard count >= 0, count <= remaining else {
            throw .truncated(
                path: file.path,
                detail: "\(what) at byte \(position) needs \(count) bytes, \(remaining) are left")
        }
        let start = position
        position += count
        return start..<position
    }

    mutating func integer<Number: FixedWidthInteger & BitwiseCopyable>(
        _: Number.Type, _ what: StaticString
    ) throws(CheckpointError) -> Number {
        let place = try skip(MemoryLayout<Number>.size, what)
        return Number(
            littleEndian: file.bytes.loadUnaligned(
                fromByteOffset: place.lowerBound, as: Number.self))
    }

    /// A 64-bit length or offset; one beyond `Int` is no length.
    mutating func length(_ what: StaticString) throws(CheckpointError) -> Int {
        let value = try integer(UInt64.self, what)
        guard let length = Int(exactly: value) else {
            throw .corrupt(path: file.path, detail: "\(what) is \(value)")
        }
        return length
    }

    /// `count` bytes, copied; the caller has bounded `count`.
    mutating func copy(_ count: Int, _ what: StaticString) throws(CheckpointError) -> [UInt8] {
        let place = try skip(count, what)
        return [UInt8](file.bytes[place])
    }

    /// `count` bytes of UTF-8.
    mutating func text(_ count: Int, _ what: StaticString) throws(CheckpointError) -> String {
        let place = try skip(count, what)
        guard let text = String(validating: file.bytes[place], as: UTF8.self) else {
            throw .corrupt(
                path: file.path, detail: "\(what) at byte \(place.lowerBound) is not UTF-8")
        }
        return text
    }

    /// UTF-8 up to a line feed, which is stepped over and must come within `limit` bytes.
    mutating func line(limit: Int, _ what: StaticString) throws(CheckpointError) -> String {
        let window = file.bytes[position..<position + min(limit, remaining)]
        guard let feed = window.firstIndex(of: UInt8(ascii: "\n")) else {
            throw remaining < limit
                ? .truncated(path: file.path, detail: "\(what) at byte \(position) has no end")
                : .corrupt(
                    path: file.path, detail: "\(what) at byte \(position) is longer than \(limit)")
        }
        let line = try text(feed - position, what)
        position += 1
        return line
    }

    /// Whether `pattern` stands at `offset` from the file's start.
    static func file(_ file: MappedFile, has pattern: [UInt8], at offset: Int = 0) -> Bool {
        guard offset >= 0, offset <= file.bytes.count,
            pattern.count <= file.bytes.count - offset
        else { return false }
        return file.bytes[offset..<offset + pattern.count].elementsEqual(pattern)
    }
}
