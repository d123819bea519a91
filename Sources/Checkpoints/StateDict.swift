/// The tensors of a pickle by name: the state dict itself, or the one a training checkpoint wraps.
struct StateDict {
    /// In the dictionary's order.
    private(set) var rows: [(name: String, tensor: PickledTensor)] = []
    let heap: PickleHeap

    /// Where training scripts keep the state dict among epochs and optimizers.
    private static let wrappers = ["state_dict", "model_state_dict", "model"]

    init(_ pickle: PickleMachine.Product, path: String) throws(CheckpointError) {
        heap = pickle.heap
        guard case .dictionary(var place) = pickle.root else {
            throw .unsupported(
                path: path, detail: "it holds \(pickle.root.kind) instead of tensors by name")
        }
        // One wrapper in another is seen in the wild; more would be a file that contains itself.
        for _ in 0..<3 {
            guard let inner = Self.wrapped(in: place, of: heap) else { break }
            place = inner
        }
        for (key, value) in heap.dictionaries[place] {
            guard case .string(let name) = key, case .tensor(let tensor) = value else { continue }
            rows.append((name, heap.tensors[tensor]))
        }
        guard !rows.isEmpty else {
            throw .unsupported(path: path, detail: Self.emptiness(of: place, in: heap))
        }
        guard rows.count <= Checkpoint.maximumTensors else {
            throw .unsupported(
                path: path, detail: "it holds more than \(Checkpoint.maximumTensors) tensors")
        }
    }

    private static func wrapped(in place: Int, of heap: PickleHeap) -> Int? {
        for key in wrappers {
            if case .dictionary(let inner) = heap.value(of: key, in: place) { return inner }
        }
        return nil
    }

    private static func emptiness(of place: Int, in heap: PickleHeap) -> String {
        var keys: [String] = []
        for (key, _) in heap.dictionaries[place].prefix(6) {
            if case .string(let name) = key { keys.append(quoted(name)) }
        }
        return keys.isEmpty
            ? "its dictionary holds no tensors"
            : "its dictionary holds no tensors under \(keys.joined(separator: ", "))"
    }

    /// Views of the tensors in storages of the file, found by their keys.
    func tensors(
        in file: MappedFile, places: [String: Range<Int>]
    ) throws(CheckpointError) -> [Tensor] {
        var tensors: [Tensor] = []
        tensors.reserveCapacity(rows.count)
        for (name, row) in rows {
            let pickled = heap.storages[row.storage]
            guard let place = places[pickled.key] else {
                throw .corrupt(
                    path: file.path,
                    detail:
                        "the storage \(quoted(pickled.key)) of tensor \(quoted(name)) is missing")
            }
            var storage = try TensorStorage(
                file, type: pickled.type, count: pickled.count, in: place)
            if let view = pickled.view {
                let start = place.lowerBound + view.offset * pickled.type.size
                storage = try TensorStorage(
                    file, type: pickled.type, count: view.count, in: start..<place.upperBound)
            }
            tensors.append(
                try Tensor(
                    name, shape: row.shape, strides: row.strides, offset: row.offset, of: storage))
        }
        return tensors
    }
}
