/// What can go wrong with a parameter file, and what to do about it.
package enum CheckpointError: Error, Equatable, Sendable {
    /// No file is there.
    case notFound(path: String)
    /// The system would not hand the file over, in its own words.
    case unreadable(path: String, reason: String)
    /// The file ends before what it promises.
    case truncated(path: String, detail: String)
    /// The file contradicts itself or its format.
    case corrupt(path: String, detail: String)
    /// A pickle names a function or class outside the few a state dict is made of.
    case refusedGlobal(path: String, name: String)
    /// A pickle uses an instruction that a state dict does not need.
    case refusedOpcode(path: String, name: String)
    /// The file may be sound, but holds something that is not read here.
    case unsupported(path: String, detail: String)
    /// No tensor has this name; `near` are up to three that look alike.
    case missingTensor(path: String, name: String, near: [String])
    /// The tensor is there, but not in the shape that the network asks for.
    case wrongShape(path: String, name: String, expected: [Int], found: [Int])
    /// The system would not take the file being written, in its own words.
    case unwritable(path: String, reason: String)
    /// Tensors handed over for writing do not make a file.
    case unencodable(detail: String)
}

extension CheckpointError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notFound(let path):
            "cannot open checkpoint \(quoted(path)): there is no such file; check the path"
        case .unreadable(let path, let reason):
            "cannot read checkpoint \(quoted(path)): \(reason); "
                + "check that it is a file this user may read"
        case .truncated(let path, let detail):
            "checkpoint \(quoted(path)) ends too early: \(detail); "
                + "the file is incomplete, fetch it again"
        case .corrupt(let path, let detail):
            "checkpoint \(quoted(path)) cannot be read: \(detail); "
                + "the file is damaged or not a checkpoint, fetch it again"
        case .refusedGlobal(let path, let name):
            "checkpoint \(quoted(path)) refused: the pickle calls \(plain(name)), "
                + "which a state dict never needs; use a file that holds only a model's "
                + "state_dict(), from a source you trust"
        case .refusedOpcode(let path, let name):
            "checkpoint \(quoted(path)) refused: the pickle uses the opcode \(plain(name)), "
                + "which a state dict never needs; the file is damaged, or holds more than a "
                + "model's state_dict()"
        case .unsupported(let path, let detail):
            "checkpoint \(quoted(path)) is not supported: \(detail); "
                + "save the model's state_dict() again with torch.save, or as safetensors"
        case .missingTensor(let path, let name, let near):
            "checkpoint \(quoted(path)) has no tensor \(quoted(name))"
                + (near.isEmpty
                    ? "" : " (near: \(near.map { quoted($0) }.joined(separator: ", ")))")
                + "; check that the weights belong to this architecture"
        case .wrongShape(let path, let name, let expected, let found):
            "tensor \(quoted(name)) of checkpoint \(quoted(path)) has shape \(found), "
                + "not \(expected); check that the weights belong to this architecture"
        case .unwritable(let path, let reason):
            "cannot write \(quoted(path)): \(reason); check the folder and the space left"
        case .unencodable(let detail):
            "cannot write these tensors as safetensors: \(detail)"
        }
    }
}

/// Text of a foreign file, fit for a message: short, and without control characters.
func plain(_ text: String) -> String {
    let limit = 120
    var result = ""
    for scalar in text.unicodeScalars.prefix(limit) {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
            result += "\\u{" + String(scalar.value, radix: 16) + "}"
        default:
            result.unicodeScalars.append(scalar)
        }
    }
    return text.unicodeScalars.dropFirst(limit).isEmpty ? result : result + "…"
}

/// ``plain(_:)`` in single quotes.
func quoted(_ text: String) -> String { "'" + plain(text) + "'" }
