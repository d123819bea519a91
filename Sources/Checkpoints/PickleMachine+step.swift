extension PickleMachine {
    /// Carries out one instruction; false after the last.
    mutating func step() throws(CheckpointError) -> Bool {
        let byte = try reader.integer(UInt8.self, "the next opcode of its pickle")
        guard let opcode = PickleOpcode(rawValue: byte) else {
            throw .refusedOpcode(path: reader.file.path, name: "0x" + String(byte, radix: 16))
        }
        switch opcode {
        case .stop: return false
        case .proto, .frame: try readFraming(opcode)
        case .none, .newtrue, .newfalse, .binint, .binint1, .binint2, .long1, .binfloat,
            .binstring, .shortBinstring, .binunicode, .shortBinunicode:
            try pushScalar(opcode)
        case .mark, .emptyTuple, .tuple, .tuple1, .tuple2, .tuple3, .emptyList, .emptyDict:
            try pushContainer(opcode)
        case .append, .appends, .setitem, .setitems: try fillContainer(opcode)
        case .memoize: try remember()
        case .binput: try remember(as: Int(try reader.integer(UInt8.self, "a memo slot")))
        case .longBinput: try remember(as: Int(try reader.integer(UInt32.self, "a memo slot")))
        case .binget: try recall(Int(try reader.integer(UInt8.self, "a memo slot")))
        case .longBinget: try recall(Int(try reader.integer(UInt32.self, "a memo slot")))
        case .global, .stackGlobal: try pushGlobal(opcode)
        case .reduce: try call()
        case .build: try build()
        case .binpersid: try pushStorage()
        default: throw .refusedOpcode(path: reader.file.path, name: opcode.name)
        }
        return true
    }

    private mutating func readFraming(_ opcode: PickleOpcode) throws(CheckpointError) {
        if opcode == .proto {
            let version = try reader.integer(UInt8.self, "the pickle's protocol")
            guard 2...5 ~= version else {
                throw .unsupported(
                    path: reader.file.path, detail: "it is a pickle of protocol \(version)")
            }
        } else {
            // A frame only helps a reader to buffer; a wrong length shows there, not here.
            _ = try reader.length("a pickle's frame")
        }
    }

    private mutating func pushScalar(_ opcode: PickleOpcode) throws(CheckpointError) {
        switch opcode {
        case .newtrue: try push(.bool(true))
        case .newfalse: try push(.bool(false))
        case .binint: try push(.integer(Int(try reader.integer(Int32.self, "an integer"))))
        case .binint1: try push(.integer(Int(try reader.integer(UInt8.self, "an integer"))))
        case .binint2: try push(.integer(Int(try reader.integer(UInt16.self, "an integer"))))
        case .long1: try pushLong()
        case .binfloat:
            let bits = try reader.integer(UInt64.self, "a number")
            try push(.double(Double(bitPattern: bits.byteSwapped)))
        case .shortBinstring, .shortBinunicode:
            try pushText(Int(try reader.integer(UInt8.self, "a string's length")))
        case .binstring, .binunicode:
            try pushText(Int(try reader.integer(UInt32.self, "a string's length")))
        default: try push(.none)
        }
    }

    private mutating func pushLong() throws(CheckpointError) {
        let count = Int(try reader.integer(UInt8.self, "an integer's length"))
        let bytes = try reader.copy(count, "an integer")
        guard count <= 8 else { return try push(.bigInteger(bytes)) }
        let isNegative = (bytes.last ?? 0) & 0x80 != 0
        var bits: UInt64 = isNegative ? .max : 0
        for byte in bytes.reversed() { bits = bits << 8 | UInt64(byte) }
        try push(.integer(Int(Int64(bitPattern: bits))))
    }

    private mutating func pushContainer(_ opcode: PickleOpcode) throws(CheckpointError) {
        switch opcode {
        case .mark: try pushMark()
        case .tuple: try pushTuple(try popToMark())
        case .emptyTuple: try pushTuple([])
        case .tuple1: try pushTuple([try pop()])
        case .tuple2:
            let second = try pop()
            try pushTuple([try pop(), second])
        case .tuple3:
            let third = try pop()
            let second = try pop()
            try pushTuple([try pop(), second, third])
        case .emptyList:
            heap.lists.append([])
            try push(.list(heap.lists.count - 1))
        default:
            heap.dictionaries.append([])
            try push(.dictionary(heap.dictionaries.count - 1))
        }
    }

    private mutating func fillContainer(_ opcode: PickleOpcode) throws(CheckpointError) {
        let values: [PickleValue]
        switch opcode {
        case .append: values = [try pop()]
        case .setitem:
            let value = try pop()
            values = [try pop(), value]
        default: values = try popToMark()
        }
        let target = try pop()
        stack.append(target)
        switch (opcode, target) {
        case (.append, .list(let place)), (.appends, .list(let place)):
            heap.lists[place] += values
        case (.setitem, .dictionary(let place)), (.setitems, .dictionary(let place)):
            guard values.count.isMultiple(of: 2) else { throw corrupt("a key without a value") }
            for pair in stride(from: 0, to: values.count, by: 2) {
                heap.dictionaries[place].append((key: values[pair], value: values[pair + 1]))
            }
        default: throw corrupt("it adds items to \(target.kind)")
        }
    }
}
