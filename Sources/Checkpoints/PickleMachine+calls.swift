extension PickleMachine {
    /// `GLOBAL` and `STACK_GLOBAL`: a name, if it is one of the few.
    mutating func pushGlobal(_ opcode: PickleOpcode) throws(CheckpointError) {
        let module: String
        let name: String
        if opcode == .global {
            module = try reader.line(limit: Self.maximumName, "a module's name")
            name = try reader.line(limit: Self.maximumName, "a function's name")
        } else {
            guard case .string(let second) = try pop(), case .string(let first) = try pop() else {
                throw corrupt("a global's name is no string")
            }
            (module, name) = (first, second)
        }
        guard let global = PickleGlobal(module: module, name: name) else {
            throw .refusedGlobal(path: reader.file.path, name: module + "." + name)
        }
        try push(.global(global))
    }

    /// `REDUCE`: calls what lies below the arguments.
    mutating func call() throws(CheckpointError) {
        guard case .tuple(let place) = try pop() else { throw corrupt("a call without arguments") }
        let arguments = heap.tuples[place]
        guard case .global(let global) = try pop() else { throw corrupt("a call of a value") }
        switch global {
        case .orderedDictionary: try pushOrderedDictionary(arguments)
        case .rebuildTensor: try pushTensor(arguments)
        case .rebuildParameter:
            guard arguments.count == 3, case .tensor = arguments[0] else {
                throw corrupt("a parameter that is no tensor")
            }
            try push(arguments[0])
        case .size:
            guard arguments.count == 1, case .tuple = arguments[0] else {
                throw corrupt("a size that is no tuple")
            }
            try push(arguments[0])
        case .storage: throw corrupt("it calls \(global)")
        }
    }

    /// `BUILD`: gives a dictionary attributes, such as the `_metadata` of a state dict.
    mutating func build() throws(CheckpointError) {
        guard case .dictionary = try pop() else {
            throw corrupt("attributes that are no dictionary")
        }
        let target = try pop()
        guard case .dictionary = target else { throw corrupt("it gives \(target.kind) attributes") }
        stack.append(target)
    }

    /// `BINPERSID`: a storage, as `('storage', type, key, location, count[, view])`.
    mutating func pushStorage() throws(CheckpointError) {
        guard case .tuple(let place) = try pop() else { throw corrupt("a storage without a tuple") }
        let row = heap.tuples[place]
        guard 5...6 ~= row.count, case .string("storage") = row[0],
            case .global(.storage(let type)) = row[1], case .string(let key) = row[2],
            case .string = row[3], case .integer(let count) = row[4], count >= 0
        else { throw corrupt("a storage of another form") }
        var view: (offset: Int, count: Int)?
        if row.count == 6, case .tuple(let place) = row[5] {
            let part = heap.tuples[place]
            guard part.count == 3, case .string = part[0], case .integer(let offset) = part[1],
                case .integer(let size) = part[2], offset >= 0, size >= 0, offset <= count,
                size <= count - offset
            else { throw corrupt("a storage's view of another form") }
            view = (offset, size)
        } else if row.count == 6, case .none = row[5] {
            view = nil
        } else if row.count == 6 {
            throw corrupt("a storage's view of another form")
        }
        heap.storages.append(PickledStorage(type: type, key: key, count: count, view: view))
        try push(.storage(heap.storages.count - 1))
    }

    /// An empty dictionary, or one of the pairs that Python 2 hands over as a list.
    private mutating func pushOrderedDictionary(
        _ arguments: [PickleValue]
    ) throws(CheckpointError) {
        var pairs: [(key: PickleValue, value: PickleValue)] = []
        if let first = arguments.first {
            guard arguments.count == 1, case .list(let place) = first else {
                throw corrupt("an OrderedDict of something other than pairs")
            }
            try charge(heap.lists[place].count)
            for item in heap.lists[place] {
                guard let pair = elements(of: item), pair.count == 2 else {
                    throw corrupt("an OrderedDict of something other than pairs")
                }
                pairs.append((key: pair[0], value: pair[1]))
            }
        }
        heap.dictionaries.append(pairs)
        try push(.dictionary(heap.dictionaries.count - 1))
    }

    /// `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks[, metadata])`.
    private mutating func pushTensor(_ arguments: [PickleValue]) throws(CheckpointError) {
        guard 6...7 ~= arguments.count, case .storage(let storage) = arguments[0],
            case .integer(let offset) = arguments[1], let shape = integers(arguments[2]),
            let strides = integers(arguments[3])
        else { throw corrupt("a tensor of another form") }
        // The metadata says whether the numbers are to be negated or conjugated on reading.
        if arguments.count == 7 {
            switch arguments[6] {
            case .none: break
            case .dictionary(let place) where heap.dictionaries[place].isEmpty: break
            default:
                throw .unsupported(
                    path: reader.file.path, detail: "a tensor is a negated or conjugated view")
            }
        }
        heap.tensors.append(
            PickledTensor(storage: storage, offset: offset, shape: shape, strides: strides))
        try push(.tensor(heap.tensors.count - 1))
    }

    private func elements(of value: PickleValue) -> [PickleValue]? {
        switch value {
        case .tuple(let place): heap.tuples[place]
        case .list(let place): heap.lists[place]
        default: nil
        }
    }

    /// A tuple's integers, if it is one and no longer than a shape may be.
    private func integers(_ value: PickleValue) -> [Int]? {
        guard case .tuple(let place) = value,
            heap.tuples[place].count <= Tensor.maximumRank
        else { return nil }
        var integers: [Int] = []
        for element in heap.tuples[place] {
            guard case .integer(let integer) = element else { return nil }
            integers.append(integer)
        }
        return integers
    }
}
