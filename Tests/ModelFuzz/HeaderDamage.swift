/// Damage to the JSON at the head of a safetensors file: ranges that overlap or end beyond the file,
/// extents beyond reason, names that come twice, brackets without end.
enum HeaderDamage {
    static func applied(to bytes: [UInt8], _ damage: inout Damage) -> [UInt8] {
        guard bytes.count >= 8 else { return bytes }
        let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard (1...bytes.count - 8).contains(length) else { return bytes }
        var header = Array(bytes[8..<8 + length])
        spoil(&header, &damage)
        // Where the length is left as it was, the tensors begin too early or too late.
        let said = damage.below(4) == 0 ? length : header.count
        return withUnsafeBytes(of: said.littleEndian) { Array($0) } + header
            + bytes.dropFirst(8 + length)
    }

    private static func spoil(_ header: inout [UInt8], _ damage: inout Damage) {
        let numbers = runs(of: header) { (48...57).contains($0) }
        switch damage.below(7) {
        case 0, 1:
            guard !numbers.isEmpty else { return }
            header.replaceSubrange(
                numbers[damage.below(numbers.count)], with: Array("\(damage.extreme())".utf8))
        case 2:
            guard !numbers.isEmpty else { return }
            let copied = Array(header[numbers[damage.below(numbers.count)]])
            header.replaceSubrange(numbers[damage.below(numbers.count)], with: copied)
        case 3:
            let place = damage.below(header.count)
            let bracket = UInt8(ascii: damage.below(2) == 0 ? "[" : "{")
            let depth = [2, 200, 100_000][damage.below(3)]
            header.insert(contentsOf: [UInt8](repeating: bracket, count: depth), at: place)
        case 4:
            // One more object under a name that is there.
            let inner = header.dropFirst().dropLast()
            header =
                [UInt8(ascii: "{")] + inner + [UInt8(ascii: ",")] + inner
                + [UInt8(ascii: "}")]
        case 5:
            let words = runs(of: header) { (97...122).contains($0) }
            guard !words.isEmpty else { return }
            let copied = Array(header[words[damage.below(words.count)]])
            header.replaceSubrange(words[damage.below(words.count)], with: copied)
        default:
            let marks = Array("[]{},:\"\\-e.\u{0}é".utf8)
            header.insert(marks[damage.below(marks.count)], at: damage.below(header.count))
        }
    }

    /// The longest parts of `bytes` that are all of a kind.
    private static func runs(of bytes: [UInt8], _ isOne: (UInt8) -> Bool) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start: Int?
        for (index, byte) in bytes.enumerated() {
            if isOne(byte) {
                start = start ?? index
            } else if let first = start {
                runs.append(first..<index)
                start = nil
            }
        }
        return runs
    }
}
