import Checkpoints

/// Takes a protobuf message apart by its fields, without reading what is in them.
///
/// A model's parameters stand in the middle of its description. The scanner cuts them out, so that
/// the description can be decoded as a small message while the parameters stay in the mapped file.
struct WireScanner {
    private let file: MappedFile
    private var position: Int
    private let end: Int

    private init(_ file: MappedFile, _ range: Range<Int>) {
        self.file = file
        position = range.lowerBound
        end = range.upperBound
    }

    /// The message in `range` of `file` without its fields `numbers`, and where those lie.
    ///
    /// `limit` is how many bytes the rest may have.
    static func split(
        _ file: MappedFile, _ range: Range<Int>, at numbers: Set<UInt64>, limit: Int = 1 << 26
    ) throws(ONNXError) -> (rest: [UInt8], parts: [(number: UInt64, range: Range<Int>)]) {
        var scanner = WireScanner(file, range)
        var rest: [UInt8] = []
        var parts: [(number: UInt64, range: Range<Int>)] = []
        while scanner.position < scanner.end {
            let start = scanner.position
            let key = try scanner.varint()
            let content = try scanner.content(of: key)
            if key & 7 == 2, numbers.contains(key >> 3) {
                parts.append((key >> 3, content))
            } else {
                guard rest.count + scanner.position - start <= limit else {
                    throw .tooLarge(
                        path: file.path, what: "its description", limit: "\(limit >> 20) MiB")
                }
                rest += file.bytes[start..<scanner.position]
            }
        }
        return (rest, parts)
    }

    /// Steps over a field; where its content lies.
    private mutating func content(of key: UInt64) throws(ONNXError) -> Range<Int> {
        let start = position
        guard key >> 3 > 0 else { throw malformed("a field has the number 0") }
        switch key & 7 {
        case 0: _ = try varint()
        case 1: try skip(8)
        case 5: try skip(4)
        case 2:
            let length = try varint()
            let first = position
            guard let count = Int(exactly: length) else { throw malformed("a field is too long") }
            try skip(count)
            return first..<position
        default: throw malformed("a field has the wire type \(key & 7)")
        }
        return start..<position
    }

    private mutating func skip(_ count: Int) throws(ONNXError) {
        guard count <= end - position else {
            throw malformed("a field of \(count) bytes has \(end - position)")
        }
        position += count
    }

    private mutating func varint() throws(ONNXError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard position < end else { throw malformed("a number has no end") }
            let byte = UInt64(file.bytes[position])
            position += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw malformed("a number has more than ten bytes")
    }

    private func malformed(_ detail: String) -> ONNXError {
        .malformed(path: file.path, detail: "\(detail), before byte \(position)")
    }
}
