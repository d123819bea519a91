/// Carries out a pickle, as far as a state dict of tensors needs.
///
/// A pickle is a program for a stack machine, and Python's machine lets it call anything. This one
/// knows how to build plain values, containers, storages and tensors, by the few names of
/// ``PickleGlobal``; every other name or instruction is refused by its name. It neither loops nor
/// recurses: a pickle costs at most its length.
struct PickleMachine {
    /// Values pushed, containers filled and memo slots in use; a hundred times a large network's.
    static let maximumItems = 1 << 20
    /// The longest string, in bytes.
    static let maximumText = 1 << 20
    /// The longest name of a module or function, in bytes.
    static let maximumName = 256

    var reader: ByteReader
    var heap = PickleHeap()
    var stack: [PickleValue] = []
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]
    private var items = 0

    /// What a pickle came to.
    struct Product {
        let root: PickleValue
        let heap: PickleHeap
    }

    /// Carries out the pickle that begins where `reader` stands, and steps over it.
    static func run(_ reader: inout ByteReader) throws(CheckpointError) -> Product {
        var machine = PickleMachine(reader: reader)
        while try machine.step() {}
        reader = machine.reader
        return Product(root: try machine.pop(), heap: machine.heap)
    }

    private init(reader: ByteReader) {
        self.reader = reader
    }

    func corrupt(_ detail: String) -> CheckpointError {
        .corrupt(
            path: reader.file.path, detail: "its pickle before byte \(reader.position): \(detail)")
    }

    /// Counts what takes memory, whatever the file's size allows.
    mutating func charge(_ count: Int = 1) throws(CheckpointError) {
        items += count
        guard items <= Self.maximumItems else {
            throw .unsupported(
                path: reader.file.path, detail: "its pickle makes over \(Self.maximumItems) values")
        }
    }

    mutating func push(_ value: PickleValue) throws(CheckpointError) {
        try charge()
        stack.append(value)
    }

    /// The topmost value above the last mark.
    mutating func pop() throws(CheckpointError) -> PickleValue {
        guard stack.count > marks.last ?? 0, let value = stack.popLast() else {
            throw corrupt("a value is missing on its stack")
        }
        return value
    }

    mutating func popToMark() throws(CheckpointError) -> [PickleValue] {
        guard let mark = marks.popLast() else { throw corrupt("a mark is missing on its stack") }
        let values = Array(stack[mark...])
        stack.removeSubrange(mark...)
        return values
    }

    mutating func pushMark() throws(CheckpointError) {
        try charge()
        marks.append(stack.count)
    }

    mutating func pushTuple(_ values: [PickleValue]) throws(CheckpointError) {
        heap.tuples.append(values)
        try push(.tuple(heap.tuples.count - 1))
    }

    mutating func pushText(_ count: Int) throws(CheckpointError) {
        guard count <= Self.maximumText else {
            throw .unsupported(
                path: reader.file.path, detail: "its pickle holds a string of \(count) bytes")
        }
        try push(.string(try reader.text(count, "a pickled string")))
    }

    /// Remembers the topmost value as number `slot`, or as the next number.
    mutating func remember(as slot: Int? = nil) throws(CheckpointError) {
        let value = try pop()
        stack.append(value)
        if memo.updateValue(value, forKey: slot ?? memo.count) == nil { try charge() }
    }

    mutating func recall(_ slot: Int) throws(CheckpointError) {
        guard let value = memo[slot] else { throw corrupt("it recalls a value it never had") }
        try push(value)
    }
}
