/// Damage to a pickle: opcodes that nest without end, double what they hold, or claim to be followed
/// by more than there is.
enum PickleDamage {
    static func applied(to bytes: [UInt8], _ damage: inout Damage) -> [UInt8] {
        guard bytes.count > 8 else { return bytes }
        var result = bytes
        let program = programs[damage.below(programs.count)]
        let times = [1, 30, 3000, 60_000][damage.below(4)]
        let opcodes = (0..<times).flatMap { _ in program }
        // A zip archive says where its parts lie: what is in them keeps its length.
        if bytes.starts(with: Array("PK".utf8)) {
            let place = damage.below(bytes.count)
            let part = opcodes.prefix(min(bytes.count - place, 200))
            result.replaceSubrange(place..<place + part.count, with: part)
        } else {
            result.insert(contentsOf: opcodes, at: damage.below(bytes.count))
        }
        return result
    }

    /// Programs of the opcodes of Python's `pickletools`.
    private static let programs: [[UInt8]] = [
        Array("(".utf8),  // MARK
        Array("]".utf8),  // EMPTY_LIST
        Array("}".utf8),  // EMPTY_DICT
        Array("0".utf8),  // POP
        Array("1".utf8),  // POP_MARK
        Array("2".utf8),  // DUP
        Array("2\u{0}".utf8),
        [0x32, 0x86],  // DUP TUPLE2: twice as much each time
        [0x85],  // TUPLE1
        Array("2s".utf8),  // DUP SETITEM
        Array("e".utf8),  // APPENDS
        Array("u".utf8),  // SETITEMS
        Array("t".utf8),  // TUPLE
        Array("R".utf8),  // REDUCE
        Array("b".utf8),  // BUILD
        Array("Q".utf8),  // BINPERSID
        [0x71, 0x00], [0x68, 0x00], [0x94],  // BINPUT, BINGET, MEMOIZE
        [0x6A, 0xFF, 0xFF, 0xFF, 0x7F],  // LONG_BINGET
        [0x72, 0xFF, 0xFF, 0xFF, 0x7F],  // LONG_BINPUT
        [0x58, 0xFF, 0xFF, 0xFF, 0x7F],  // BINUNICODE
        [0x8E, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],  // BINBYTES8
        [0x8B, 0xFF, 0xFF, 0xFF, 0x7F],  // LONG4
        [0x8A, 0xFF],  // LONG1
        [0x4A, 0xFF, 0xFF, 0xFF, 0x7F], [0x4A, 0x00, 0x00, 0x00, 0x80],  // BININT
        Array("cos\nsystem\n".utf8),  // GLOBAL
        Array("ctorch._utils\n_rebuild_tensor_v2\n".utf8),
        Array("ccollections\nOrderedDict\n)R".utf8),
        Array(".".utf8),  // STOP
    ]
}
