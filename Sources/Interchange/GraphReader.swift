import Networks

/// Reads an ONNX graph node by node, and writes down the network that it means.
struct GraphReader {
    let file: ONNXFile
    /// How many images a batch has, as shapes are computed with.
    let batch: Int
    /// Whether the file fixes the batch, so that its shapes hold a number where others are open.
    let fixesBatch: Bool
    var parameters: ParameterStore
    /// What was left out or understood in a way that people should know of.
    private(set) var notes: [String] = []
    /// How maps were quantised, by the name of the result.
    var quantisers: [String: Quantiser] = [:]

    private var terms: [String: Term] = [:]
    /// How many nodes and outputs read a value.
    private var readers: [String: Int] = [:]
    /// What may still be computed while the graph is read, in numbers.
    private var allowance = 1 << 26

    /// What stands for a free batch in shapes: a prime, so that ordinary arithmetic over shapes,
    /// which exporters write as nodes, keeps the batch apart from all other extents.
    static let freeBatch = 1_000_003
    /// More numbers than any map of a classifier has.
    static let maximumMap = 1 << 28

    init(_ file: ONNXFile, batch: Int?) {
        self.file = file
        self.batch = batch ?? Self.freeBatch
        fixesBatch = batch != nil
        parameters = ParameterStore(path: file.path)
    }

    /// Reads the nodes that `output` needs; what it is.
    mutating func read(input: String, as view: MapView, output: String) throws -> Term {
        let needed = try neededNodes(for: output)
        for name in needed.flatMap(\.inputs) + [output] { readers[name, default: 0] += 1 }
        terms = file.initializers.mapValues { .constant(Constant($0)) }
        terms[input] = .map(view)
        for node in needed {
            let results = try read(node)
            for name in node.outputs.dropFirst(results.count) where readers[name] != nil {
                throw unsupported(node, "is asked for '\(name)', which it does not make here")
            }
            for (name, result) in zip(node.outputs, results) where !name.isEmpty {
                // What several nodes read is computed once, whatever they make of it.
                let isShared = readers[name, default: 0] > 1
                terms[name] = isShared ? try settled(result, node) : result
            }
        }
        guard let result = terms[output] else {
            throw ONNXError.malformed(path: file.path, detail: "nothing makes '\(output)'")
        }
        return result
    }

    /// The nodes that `output` is computed from, in the file's order.
    private func neededNodes(for output: String) throws -> [ONNXNode] {
        var makers: [String: Int] = [:]
        for (index, node) in file.nodes.enumerated() {
            for name in node.outputs where !name.isEmpty {
                guard makers.updateValue(index, forKey: name) == nil,
                    file.initializers[name] == nil
                else {
                    throw ONNXError.malformed(path: file.path, detail: "'\(name)' is made twice")
                }
            }
        }
        var isNeeded = [Bool](repeating: false, count: file.nodes.count)
        var open = [output]
        while let name = open.popLast() {
            guard let maker = makers[name], !isNeeded[maker] else { continue }
            isNeeded[maker] = true
            open += file.nodes[maker].inputs
        }
        return file.nodes.indices.filter { isNeeded[$0] }.map { file.nodes[$0] }
    }

    /// Notes what people should know of, once.
    mutating func note(_ text: String) {
        if !notes.contains(text) { notes.append(text) }
    }

    /// Takes `count` numbers out of what may be computed in all.
    mutating func spend(_ count: Int) throws {
        guard count <= allowance else {
            throw ONNXError.tooLarge(
                path: file.path, what: "what its graph computes from constants",
                limit: "64 million numbers")
        }
        allowance -= count
    }
}

extension GraphReader {
    /// Input `index` of `node`; nil where it is left out.
    func term(_ index: Int, of node: ONNXNode) throws -> Term? {
        guard node.inputs.indices.contains(index), !node.inputs[index].isEmpty else { return nil }
        guard let term = terms[node.inputs[index]] else {
            throw invalid(node, "reads '\(node.inputs[index])', which nothing before it makes")
        }
        return term
    }

    /// Input `index` of `node`, which must be there.
    func required(_ index: Int, of node: ONNXNode) throws -> Term {
        guard let term = try term(index, of: node) else {
            throw invalid(node, "has no input \(index)")
        }
        return term
    }

    /// Input `index` of `node` as a map, computed now if it was not yet.
    mutating func map(_ index: Int, of node: ONNXNode) throws -> MapView {
        try map(try required(index, of: node), node)
    }

    /// `term` as a map, computed now if it was not yet.
    mutating func map(_ term: Term, _ node: ONNXNode) throws -> MapView {
        guard case .formula(_, let view) = try settled(term, node) else {
            if case .constant = term { throw unsupported(node, "computes from constants alone") }
            throw unsupported(node, "reads the scores of an attention")
        }
        return view
    }

    /// Input `index` of `node` as numbers; nil where it is left out.
    func constant(_ index: Int, of node: ONNXNode) throws -> Constant? {
        switch try term(index, of: node) {
        case nil: return nil
        case .constant(let constant): return constant
        default: throw unsupported(node, "has an input \(index) that depends on the image")
        }
    }

    /// Input `index` of `node` as numbers, which must be there.
    func requiredConstant(_ index: Int, of node: ONNXNode) throws -> Constant {
        guard let constant = try constant(index, of: node) else {
            throw invalid(node, "has no input \(index)")
        }
        return constant
    }

    /// Input `index` of `node` as a list of integers; nil where it is left out.
    func integers(_ index: Int, of node: ONNXNode) throws -> [Int]? {
        guard let constant = try constant(index, of: node) else { return nil }
        guard constant.count <= 64, let integers = try constant.integers() else {
            throw invalid(node, "has \(constant.count) numbers as input \(index)")
        }
        return integers
    }

    /// Input `index` of `node` as one number; nil where it is left out.
    func number(_ index: Int, of node: ONNXNode) throws -> Double? {
        guard let constant = try constant(index, of: node) else { return nil }
        guard let number = try constant.uniform() else {
            throw unsupported(node, "has several numbers as input \(index)")
        }
        return number
    }

    func unsupported(_ node: ONNXNode, _ detail: String) -> ONNXError {
        .unsupportedUse(
            path: file.path, name: node.operation, node: node.name, opset: file.opset,
            detail: detail)
    }

    func invalid(_ node: ONNXNode, _ detail: String) -> ONNXError {
        .invalidNode(path: file.path, name: node.operation, node: node.name, detail: detail)
    }

    /// `value`, whose extent is checked before anything is computed from it.
    func checked(_ value: @autoclosure () -> Value, _ shape: Shape, _ node: ONNXNode) throws
        -> Value
    {
        try check(shape, node)
        return value()
    }

    /// Throws unless a map may have `shape`.
    func check(_ shape: Shape, _ node: ONNXNode) throws {
        var count = 1
        for extent in [shape.channels, shape.height, shape.width] {
            guard extent > 0 else { throw invalid(node, "makes a map of \(shape)") }
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard !overflow, product <= Self.maximumMap else {
                throw unsupported(node, "makes a map of \(shape)")
            }
            count = product
        }
    }
}
