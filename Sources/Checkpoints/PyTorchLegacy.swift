/// A checkpoint as `torch.save` wrote it before PyTorch 1.6.
///
/// Five pickles (a magic number, a version, facts about the machine, the object, the keys of its
/// storages) and then each storage: a count of elements and their bytes; after
/// `torch/serialization.py`, `_legacy_save` and `_legacy_load`.
struct PyTorchLegacy {
    /// 0x1950a86a20f9469cfc6c, little-endian.
    private static let magic: [UInt8] = [
        0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19,
    ]
    private static let version = 1001

    private let file: MappedFile

    init(_ file: MappedFile) {
        self.file = file
    }

    func tensors() throws(CheckpointError) -> [Tensor] {
        var reader = ByteReader(file)
        try readPreamble(&reader)
        let state = try StateDict(try PickleMachine.run(&reader), path: file.path)
        let places = try storagePlaces(&reader, of: state.heap)
        return try state.tensors(in: file, places: places)
    }

    private func readPreamble(_ reader: inout ByteReader) throws(CheckpointError) {
        guard case .bigInteger(Self.magic) = try PickleMachine.run(&reader).root else {
            throw .unsupported(
                path: file.path, detail: "it is a pickle, but not one that torch.save wrote")
        }
        guard case .integer(Self.version) = try PickleMachine.run(&reader).root else {
            throw .unsupported(
                path: file.path, detail: "its stream is of another version than \(Self.version)")
        }
        let machine = try PickleMachine.run(&reader)
        guard case .dictionary(let facts) = machine.root,
            case .bool(let isLittleEndian) = machine.heap.value(of: "little_endian", in: facts)
        else {
            throw .corrupt(path: file.path, detail: "it does not say how its numbers are stored")
        }
        guard isLittleEndian else {
            throw .unsupported(path: file.path, detail: "its numbers are big-endian")
        }
    }

    /// Where the storages lie, by key, from the list of keys onwards.
    private func storagePlaces(
        _ reader: inout ByteReader, of heap: PickleHeap
    ) throws(CheckpointError) -> [String: Range<Int>] {
        var declared: [String: (type: ElementType, count: Int)] = [:]
        for storage in heap.storages {
            let known = declared.updateValue((storage.type, storage.count), forKey: storage.key)
            guard known.map({ $0 == (storage.type, storage.count) }) ?? true else {
                throw .corrupt(
                    path: file.path,
                    detail: "the storage \(quoted(storage.key)) is described in two ways")
            }
        }
        let machine = try PickleMachine.run(&reader)
        guard case .list(let place) = machine.root else {
            throw .corrupt(path: file.path, detail: "it lacks the list of its storages")
        }
        var places: [String: Range<Int>] = [:]
        for value in machine.heap.lists[place] {
            guard case .string(let key) = value, let storage = declared[key] else {
                throw .corrupt(path: file.path, detail: "it lists a storage that no tensor has")
            }
            let count = try reader.length("a storage's length")
            let (bytes, overflow) = count.multipliedReportingOverflow(by: storage.type.size)
            guard count == storage.count, !overflow else {
                throw .corrupt(
                    path: file.path,
                    detail: "the storage \(quoted(key)) of \(storage.count) elements has \(count)")
            }
            let range = try reader.skip(bytes, "a storage")
            guard places.updateValue(range, forKey: key) == nil else {
                throw .corrupt(path: file.path, detail: "the storage \(quoted(key)) comes twice")
            }
        }
        return places
    }
}
