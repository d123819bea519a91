import Checkpoints

/// The tensors that an imported network names, each under a name of its own.
///
/// What the file holds keeps the file's name; what was computed, or is seen in another shape, is
/// named for the node that needs it.
struct ParameterStore {
    let path: String
    private(set) var tensors: [Tensor] = []
    private var shapes: [String: [Int]] = [:]
    private var strides: [String: [Int]] = [:]

    /// How many equal numbers a file may claim without holding them.
    private static let mostRepeated = 1 << 24

    init(path: String) { self.path = path }

    /// The name for `constant` seen in `shape`, which must hold as many numbers.
    mutating func name(
        _ constant: Constant, shape: [Int], for hint: String
    ) throws -> String {
        // A few bytes may claim to be any number of equal weights, and a plan would believe them.
        guard
            constant.tensor.isContiguous || constant.count <= Self.mostRepeated
                || !constant.tensor.strides.contains(0)
        else {
            throw ONNXError.unsupportedTensor(
                path: path, name: hint, detail: "is one number repeated \(constant.count) times")
        }
        if let view = constant.tensor.reshaped(shape) { return try name(view, for: hint) }
        let values = try constant.tensor.floats()
        return try name(Tensor("", shape: shape, values: values, path: path), for: hint)
    }

    /// The name for computed numbers.
    mutating func name(_ values: [Float], shape: [Int], for hint: String) throws -> String {
        try name(Tensor("", shape: shape, values: values, path: path), for: hint)
    }

    private mutating func name(_ tensor: Tensor, for hint: String) throws -> String {
        if !tensor.name.isEmpty, shapes[tensor.name] == tensor.shape,
            strides[tensor.name] == tensor.strides
        {
            return tensor.name
        }
        let base = tensor.name.isEmpty ? hint : tensor.name
        var name = base
        var number = 2
        while shapes[name] != nil {
            name = "\(base)#\(number)"
            number += 1
        }
        shapes[name] = tensor.shape
        strides[name] = tensor.strides
        tensors.append(tensor.renamed(name))
        return name
    }
}
