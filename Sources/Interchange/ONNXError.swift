package import Checkpoints

/// Why an ONNX file does not become a network.
package enum ONNXError: Error, Sendable {
    /// The file, or one beside it, cannot be opened or is cut.
    case file(CheckpointError)
    /// The file is no ONNX model, or contradicts itself.
    case malformed(path: String, detail: String)
    /// A part is larger than is read here.
    case tooLarge(path: String, what: String, limit: String)
    /// A tensor is stored in a way that is not read here.
    case unsupportedTensor(path: String, name: String, detail: String)
    /// The model was written for a version of the operators that is not read here.
    case unsupportedOpset(path: String, domain: String, version: Int)
    /// An operator is not known here.
    case unsupportedOperator(path: String, name: String, node: String, opset: Int)
    /// An operator is known, but not what it is asked to do here.
    case unsupportedUse(path: String, name: String, node: String, opset: Int, detail: String)
    /// A node contradicts its inputs.
    case invalidNode(path: String, name: String, node: String, detail: String)
    /// The file's input or output is not that of a classifier of images.
    case notAClassifier(path: String, detail: String)
    /// The file leaves the size of its images open, and none was named.
    case openSize(path: String, input: String)
}

extension ONNXError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .file(let error):
            error.description
        case .malformed(let path, let detail):
            "'\(path)' cannot be read as ONNX: \(plain(detail)); the file is damaged or not an ONNX "
                + "model, fetch or export it again"
        case .tooLarge(let path, let what, let limit):
            "'\(path)' is not read: \(plain(what)) is larger than \(limit), more than any "
                + "classifier needs"
        case .unsupportedTensor(let path, let name, let detail):
            "tensor '\(plain(name))' of '\(path)' \(plain(detail)), which is not supported; save "
                + "the model again as one file, with numbers of 32 bits"
        case .unsupportedOpset(let path, let domain, let version):
            "'\(path)' uses version \(version) of the operators of '\(plain(domain))'; versions "
                + "\(ONNXFile.opsets.lowerBound) to \(ONNXFile.opsets.upperBound) of ONNX's own are "
                + "read: export it again with opset_version=17"
        case .unsupportedOperator(let path, let name, let node, let opset):
            "'\(path)' needs the operator \(plain(name)) (node '\(plain(node))', opset \(opset)), "
                + "which is not supported; export the model without it"
        case .unsupportedUse(let path, let name, let node, let opset, let detail):
            "'\(path)' cannot be imported: \(plain(name)) (node '\(plain(node))', opset \(opset)) "
                + "\(plain(detail)), which is not supported"
        case .invalidNode(let path, let name, let node, let detail):
            "'\(path)' is invalid: \(plain(name)) (node '\(plain(node))') \(plain(detail)); "
                + "export the model again"
        case .notAClassifier(let path, let detail):
            "'\(path)' is not a classifier of images: \(plain(detail)); it needs one input "
                + "[n, 3, h, w] or [n, h, w, 3], and one output [n, classes]"
        case .openSize(let path, let input):
            "'\(path)' leaves the size of its input '\(plain(input))' open; name the side of the "
                + "images with --size, such as --size 224"
        }
    }
}

/// Text of a foreign file, fit for a message: short, and without control characters.
func plain(_ text: String) -> String {
    let limit = 200
    var result = ""
    for scalar in text.unicodeScalars.prefix(limit) {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
            result += "\\u{" + String(scalar.value, radix: 16) + "}"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return text.unicodeScalars.dropFirst(limit).isEmpty ? result : result + "…"
}
