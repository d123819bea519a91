import Networks

extension GraphReader {
    /// What `node` makes, an entry an output.
    mutating func read(_ node: ONNXNode) throws -> [Term] {
        do {
            guard node.domain.isEmpty else { throw unknown(node) }
            if let folded = try folded(node) { return folded }
            return try translated(node)
        } catch let error as AttributeError {
            throw invalid(node, "has a wrong '\(error.name)'")
        }
    }

    private func unknown(_ node: ONNXNode) -> ONNXError {
        .unsupportedOperator(
            path: file.path,
            name: node.domain.isEmpty ? node.operation : "\(node.domain).\(node.operation)",
            node: node.name, opset: file.opset)
    }

    /// What a node that reads a map makes of it.
    private mutating func translated(_ node: ONNXNode) throws -> [Term] {
        switch node.operation {
        case "Conv": [.map(try convolution(node))]
        case "Gemm": [.map(try gemm(node))]
        case "MatMul": [try matrixProduct(node)]

        case "BatchNormalization": [.map(try batchNormalization(node))]
        case "LayerNormalization": [.map(try layerNormalization(node))]
        case "LRN": [.map(try localResponseNormalization(node))]

        case "Relu", "Sigmoid", "Tanh", "HardSwish", "LeakyRelu", "HardSigmoid", "Clip", "Gelu",
            "Erf", "Neg", "PRelu":
            [try function(node)]
        case "Add", "Sum": [try sum(node)]
        case "Sub": [try difference(node)]
        case "Mul": [try product(node)]
        case "Div": [try quotient(node)]
        case "Pow": [try power(node)]
        case "Min", "Max": [try bound(node)]
        case "Softmax", "LogSoftmax": [try softmax(node)]

        case "MaxPool": [.map(try maxPool(node))]
        case "AveragePool": [.map(try averagePool(node))]
        case "GlobalAveragePool", "GlobalMaxPool", "ReduceMean", "ReduceMax", "ReduceSum":
            [.map(try reduction(node))]

        case "Identity", "Dropout", "Cast": [try required(0, of: node)]
        case "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Expand":
            [try reshaped(node)]
        case "Concat": [try concatenation(node)]
        case "Split": try split(node)
        case "Slice": [try slice(node)]
        case "Gather": [try gather(node)]
        case "Pad": [.map(try pad(node))]

        case "QuantizeLinear": [try quantised(node)]
        case "DequantizeLinear": [try dequantised(node)]
        default: throw unknown(node)
        }
    }
}
