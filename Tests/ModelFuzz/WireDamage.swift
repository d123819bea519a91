/// Damage to a protobuf message that leaves it one: fields lost, doubled, moved, renamed, extreme.
///
/// A name that another node has makes cycles and doubles; a copied field overlaps what it was.
enum WireDamage {
    /// A field of a message: its number and what it holds.
    private struct Field {
        var number: UInt64
        var content: Content
    }

    private indirect enum Content {
        case number(UInt64)
        case fixed([UInt8])
        case bytes([UInt8])
        case message([Field])
    }

    static func applied(to bytes: [UInt8], _ damage: inout Damage) -> [UInt8] {
        guard var fields = parse(bytes[...], depth: 0) else { return bytes }
        var target = damage.below(count(fields))
        let other = damage.below(count(fields))
        let donor = field(other, in: fields)
        spoil(&fields, &target, donor, &damage)
        return encode(fields)
    }

    /// Spoils field `target`, counted through all messages, of `fields`; whether it was there.
    @discardableResult
    private static func spoil(
        _ fields: inout [Field], _ target: inout Int, _ donor: Field?, _ damage: inout Damage
    ) -> Bool {
        for index in fields.indices {
            if target == 0 {
                spoil(&fields, at: index, donor, &damage)
                return true
            }
            target -= 1
            guard case .message(var inner) = fields[index].content else { continue }
            if spoil(&inner, &target, donor, &damage) {
                fields[index].content = .message(inner)
                return true
            }
        }
        return false
    }

    private static func spoil(
        _ fields: inout [Field], at index: Int, _ donor: Field?, _ damage: inout Damage
    ) {
        switch damage.below(9) {
        case 0: fields.remove(at: index)
        case 1: fields.append(fields[index])
        case 2: fields.swapAt(index, damage.below(fields.count))
        case 3: if let donor { fields[index].content = donor.content }
        case 4: if let donor { fields.insert(donor, at: index) }
        case 5: fields[index].number = UInt64(damage.below(24) + 1)
        case 6:
            // A graph in an attribute in a graph, and so on.
            var content = fields[index].content
            for _ in 0..<[3, 90, 110, 5000][damage.below(4)] {
                content = .message([Field(number: fields[index].number, content: content)])
            }
            fields[index].content = content
        default:
            switch fields[index].content {
            case .number:
                fields[index].content = .number(UInt64(bitPattern: Int64(damage.extreme())))
            case .fixed(let bytes):
                fields[index].content = .fixed(bytes.map { _ in UInt8(damage.below(256)) })
            case .bytes(var bytes):
                let cut = damage.below(bytes.count + 1)
                if damage.below(2) == 0 { bytes.removeSubrange(cut...) } else { bytes += bytes }
                fields[index].content = .bytes(bytes)
            case .message(let inner): fields[index].content = .message(inner + inner)
            }
        }
    }

    private static func count(_ fields: [Field]) -> Int {
        fields.reduce(0) { sum, field in
            if case .message(let inner) = field.content { return sum + 1 + count(inner) }
            return sum + 1
        }
    }

    private static func field(_ index: Int, in fields: [Field]) -> Field? {
        var rest = index
        var open = Array(fields.reversed())
        while let field = open.popLast() {
            if rest == 0 { return field }
            rest -= 1
            if case .message(let inner) = field.content { open += inner.reversed() }
        }
        return nil
    }

    /// The fields of a message; nil where the bytes are none.
    ///
    /// Text may pass for a message: that is damage, too.
    private static func parse(_ bytes: ArraySlice<UInt8>, depth: Int) -> [Field]? {
        var (rest, fields) = (bytes, [Field]())
        while !rest.isEmpty {
            guard let key = varint(&rest), key >> 3 > 0, key >> 3 < 1000 else { return nil }
            switch key & 7 {
            case 0:
                guard let number = varint(&rest) else { return nil }
                fields.append(Field(number: key >> 3, content: .number(number)))
            case 5, 1:
                let count = key & 7 == 5 ? 4 : 8
                guard rest.count >= count else { return nil }
                fields.append(Field(number: key >> 3, content: .fixed(Array(rest.prefix(count)))))
                rest = rest.dropFirst(count)
            case 2:
                guard let length = varint(&rest), length <= UInt64(rest.count) else { return nil }
                let inner = rest.prefix(Int(length))
                rest = rest.dropFirst(Int(length))
                let isMessage = depth < 12 && !inner.isEmpty && inner.count < 1 << 16
                let message = isMessage ? parse(inner, depth: depth + 1) : nil
                fields.append(
                    Field(
                        number: key >> 3,
                        content: message.map { .message($0) } ?? .bytes(Array(inner))))
            default: return nil
            }
        }
        return fields
    }

    private static func varint(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard let byte = bytes.popFirst() else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }

    private static func encode(_ fields: [Field]) -> [UInt8] {
        // Innermost first and reversed, so that a message of five thousand levels is copied once.
        var result: [UInt8] = []
        append(fields, to: &result)
        return result.reversed()
    }

    private static func append(_ fields: [Field], to reversed: inout [UInt8]) {
        for field in fields.reversed() {
            let start = reversed.count
            switch field.content {
            case .number(let number):
                reversed += varint(number).reversed()
                reversed += varint(field.number << 3).reversed()
                continue
            case .fixed(let bytes):
                reversed += bytes.reversed()
                reversed += varint(field.number << 3 | (bytes.count == 4 ? 5 : 1)).reversed()
                continue
            case .bytes(let bytes): reversed += bytes.reversed()
            case .message(let inner): append(inner, to: &reversed)
            }
            reversed += varint(UInt64(reversed.count - start)).reversed()
            reversed += varint(field.number << 3 | 2).reversed()
        }
    }

    private static func varint(_ value: UInt64) -> [UInt8] {
        var (rest, bytes) = (value, [UInt8]())
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}
