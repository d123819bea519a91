/// A parameter file as named tensors, which stay in the file until they are read.
///
///     let checkpoint = try Checkpoint(path: "efficientnet-lite0.pth")
///     let stem = try checkpoint.tensor("_conv_stem.weight", shape: [32, 3, 3, 3]).floats()
package struct Checkpoint: Sendable {
    package let path: String
    package let format: CheckpointFormat
    /// What a safetensors file says about itself; empty for PyTorch's formats.
    package let metadata: [String: String]
    package let tensors: [String: Tensor]
    /// The tensors' names in the file's order.
    package let names: [String]

    /// More tensors than any network has.
    static let maximumTensors = 1 << 18

    /// Opens the file at `path`, whose format is told by its content and never by its name.
    ///
    /// A training checkpoint's `state_dict`, `model_state_dict` or `model` is unwrapped. The file
    /// may be hostile: nothing in it is executed, and every length is checked against the file
    /// before memory is set aside for it.
    package init(path: String) throws(CheckpointError) {
        let file = try MappedFile(path: path)
        let format = try CheckpointFormat(of: file)
        var metadata: [String: String] = [:]
        let found: [Tensor]
        switch format {
        case .safetensors:
            let header = try SafetensorsHeader(
                parsing: file.bytes, fileSize: file.bytes.count, path: path)
            metadata = header.metadata
            found = try header.tensors(in: file)
        case .pytorchZip: found = try PyTorchZip(file).tensors()
        case .pytorchLegacy: found = try PyTorchLegacy(file).tensors()
        case .onnx:
            throw .unsupported(
                path: path,
                detail: "it seems to be an ONNX model, which is a network of its own and not the "
                    + "weights of another")
        }

        try self.init(path: path, format: format, metadata: metadata, holding: found)
    }

    /// The tensors `found`, which were read or computed from the file at `path`, in their order.
    ///
    /// Throws ``CheckpointError/corrupt(path:detail:)`` where two have one name.
    package init(
        path: String, format: CheckpointFormat, metadata: [String: String] = [:],
        holding found: [Tensor]
    ) throws(CheckpointError) {
        var tensors: [String: Tensor] = [:]
        tensors.reserveCapacity(found.count)
        for tensor in found {
            guard tensors.updateValue(tensor, forKey: tensor.name) == nil else {
                throw .corrupt(path: path, detail: "tensor \(quoted(tensor.name)) appears twice")
            }
        }
        self.path = path
        self.format = format
        self.metadata = metadata
        self.tensors = tensors
        names = found.map(\.name)
    }

    /// The tensor called `name`, which must have this `shape`.
    ///
    /// Throws ``CheckpointError/missingTensor(path:name:near:)`` or
    /// ``CheckpointError/wrongShape(path:name:expected:found:)``.
    package func tensor(_ name: String, shape: [Int]) throws(CheckpointError) -> Tensor {
        guard let tensor = tensors[name] else {
            throw .missingTensor(path: path, name: name, near: names(near: name))
        }
        guard tensor.shape == shape else {
            throw .wrongShape(path: path, name: name, expected: shape, found: tensor.shape)
        }
        return tensor
    }
}
