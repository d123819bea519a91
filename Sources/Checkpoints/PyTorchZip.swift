/// A checkpoint as `torch.save` has written it since PyTorch 1.6.
///
/// A zip archive of `<name>/data.pkl`, the pickle, and `<name>/data/<key>`, one entry for each
/// storage; after `torch/serialization.py`, `_save` and `_load`.
struct PyTorchZip {
    private let file: MappedFile
    private let directory: ZipDirectory
    /// The folder that everything lies in, with the slash.
    private let folder: String

    init(_ file: MappedFile) throws(CheckpointError) {
        self.file = file
        directory = try ZipDirectory(file)
        let pickles = directory.names.filter {
            $0.hasSuffix("/data.pkl") && $0.utf8.count(where: { $0 == UInt8(ascii: "/") }) == 1
        }
        guard let pickle = pickles.first, pickles.count == 1 else {
            throw .unsupported(
                path: file.path,
                detail: "it is a zip archive with \(pickles.count) entries named */data.pkl, "
                    + "not one that torch.save wrote")
        }
        folder = String(pickle.dropLast("data.pkl".count))
        guard !directory.contains(folder + "constants.pkl") else {
            throw .unsupported(path: file.path, detail: "it is a TorchScript program")
        }
    }

    func tensors() throws(CheckpointError) -> [Tensor] {
        if directory.contains(folder + "byteorder") {
            let place = try directory.stored(folder + "byteorder")
            guard file.bytes[place].elementsEqual("little".utf8) else {
                throw .unsupported(path: file.path, detail: "its numbers are big-endian")
            }
        }
        var reader = ByteReader(file, in: try directory.stored(folder + "data.pkl"))
        let state = try StateDict(try PickleMachine.run(&reader), path: file.path)
        var places: [String: Range<Int>] = [:]
        for (_, tensor) in state.rows {
            let key = state.heap.storages[tensor.storage].key
            if places[key] == nil { places[key] = try directory.stored("\(folder)data/\(key)") }
        }
        return try state.tensors(in: file, places: places)
    }
}
