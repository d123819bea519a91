/// A value on a pickle's stack.
///
/// Containers, storages and tensors are places in a ``PickleHeap``, so a value never owns another:
/// a file may nest or knot them as it likes without anything here recursing or leaking.
enum PickleValue {
    case none
    case bool(Bool)
    case integer(Int)
    /// An integer beyond 64 bits, little-endian two's complement.
    case bigInteger([UInt8])
    case double(Double)
    case string(String)
    case tuple(Int)
    case list(Int)
    case dictionary(Int)
    case global(PickleGlobal)
    case storage(Int)
    case tensor(Int)

    /// What it is, for messages.
    var kind: String {
        switch self {
        case .none: "None"
        case .bool: "a truth value"
        case .integer, .bigInteger: "an integer"
        case .double: "a number"
        case .string: "a string"
        case .tuple: "a tuple"
        case .list: "a list"
        case .dictionary: "a dictionary"
        case .global(let global): "the name \(global)"
        case .storage: "a storage"
        case .tensor: "a tensor"
        }
    }
}

/// The containers and tensors a pickle has made, in the order of their making.
struct PickleHeap {
    var tuples: [[PickleValue]] = []
    var lists: [[PickleValue]] = []
    /// Pairs in the order they were set; a key may come twice.
    var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
    var storages: [PickledStorage] = []
    var tensors: [PickledTensor] = []

    /// The value a dictionary has for a string key, the last one set.
    func value(of key: String, in dictionary: Int) -> PickleValue? {
        let pair = dictionaries[dictionary].last {
            if case .string(key) = $0.key { true } else { false }
        }
        return pair?.value
    }
}

/// What a pickle says about a storage whose numbers lie elsewhere in the file.
struct PickledStorage {
    let type: ElementType
    let key: String
    /// Elements of the whole storage.
    let count: Int
    /// The part of it that is meant, in elements; the old format may store a storage's view.
    let view: (offset: Int, count: Int)?
}

/// What a pickle says about a tensor; nothing of it is checked against the storage yet.
struct PickledTensor {
    /// A place among the heap's storages.
    let storage: Int
    let offset: Int
    let shape: [Int]
    let strides: [Int]
}

/// The few names of Python that a state dict is made of.
enum PickleGlobal: Equatable, CustomStringConvertible {
    case orderedDictionary
    case rebuildTensor
    case rebuildParameter
    case size
    case storage(ElementType)

    /// The global that Python would import as `name` from `module`, if it is one of the few.
    init?(module: String, name: String) {
        switch (module, name) {
        case ("collections", "OrderedDict"): self = .orderedDictionary
        case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
        case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
        case ("torch", "Size"): self = .size
        case ("torch", _):
            guard let type = Self.storages[name] else { return nil }
            self = .storage(type)
        default: return nil
        }
    }

    var description: String {
        switch self {
        case .orderedDictionary: "collections.OrderedDict"
        case .rebuildTensor: "torch._utils._rebuild_tensor_v2"
        case .rebuildParameter: "torch._utils._rebuild_parameter"
        case .size: "torch.Size"
        case .storage(let type): "a torch storage of \(type.rawValue)"
        }
    }

    private static let storages: [String: ElementType] = [
        "DoubleStorage": .f64, "FloatStorage": .f32, "HalfStorage": .f16, "BFloat16Storage": .bf16,
        "LongStorage": .i64, "IntStorage": .i32, "ShortStorage": .i16, "CharStorage": .i8,
        "ByteStorage": .u8, "BoolStorage": .bool,
    ]
}
