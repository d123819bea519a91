/// The kinds of parameter file that are read.
package enum CheckpointFormat: String, Sendable, Hashable {
    /// A JSON header and the tensors' bytes.
    case safetensors
    /// What `torch.save` has written since PyTorch 1.6: a zip archive around a pickle.
    case pytorchZip = "pytorch-zip"
    /// What `torch.save` wrote before: pickles followed by the storages' bytes.
    case pytorchLegacy = "pytorch-legacy"
    /// A protobuf of operators and their parameters, which an importer turns into a network.
    case onnx

    /// Tells the format from a file's first bytes.
    ///
    /// Throws ``CheckpointError/corrupt(path:detail:)`` for anything else, naming what it seems to
    /// be where that helps.
    init(of file: MappedFile) throws(CheckpointError) {
        // A safetensors file may begin with any byte, so what follows its length is looked at first.
        let hasBrace = ByteReader.file(file, has: [UInt8(ascii: "{")], at: 8)
        if hasBrace, ByteReader.file(file, has: [0, 0, 0, 0], at: 4) {
            self = .safetensors
        } else if ByteReader.file(file, has: Array("PK".utf8)) {
            self = .pytorchZip
        } else if ByteReader.file(file, has: [0x80]) {
            self = .pytorchLegacy
        } else if hasBrace {
            self = .safetensors
        } else if ByteReader.file(file, has: [0x08]) {
            // The version of its form is the first field that every exporter of ONNX writes.
            self = .onnx
        } else {
            throw .corrupt(path: file.path, detail: Self.guess(file))
        }
    }

    private static func guess(_ file: MappedFile) -> String {
        let known = [
            ("<", "this is a web page or XML, perhaps the answer to a failed download"),
            ("version https://git-lfs", "this is a Git LFS pointer, not the file it stands for"),
        ]
        if file.bytes.isEmpty { return "it is empty" }
        for (start, meaning) in known where ByteReader.file(file, has: Array(start.utf8)) {
            return meaning
        }
        return "its first bytes are those of neither safetensors nor PyTorch"
    }
}
