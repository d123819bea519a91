import Networks

extension GraphReader {
    /// An operator that is a function of each number.
    mutating func function(_ node: ONNXNode) throws -> Term {
        let (formula, view) = try formula(try required(0, of: node), node)
        let result: Formula =
            switch node.operation {
            case "Relu": .activation(.relu, formula)
            case "Sigmoid": .activation(.sigmoid, formula)
            case "Tanh": .activation(.tanh, formula)
            case "HardSwish": .activation(.hardSwish, formula)
            case "Erf": .erf(formula)
            case "Neg": .affine(formula, scale: -1, shift: 0)
            case "LeakyRelu":
                .activation(
                    .leakyRelu(slope: Float(try node.number("alpha", default: 0.01))), formula)
            case "HardSigmoid":
                .activation(
                    .clamp(low: 0, high: 1),
                    .affine(
                        formula, scale: try node.number("alpha", default: Double(Float(0.2))),
                        shift: try node.number("beta", default: 0.5)))
            case "Gelu": try gelu(formula, node)
            case "PRelu": try parametricRelu(formula, node)
            default: try clip(formula, node)
            }
        return try grown(result, view, node)
    }

    /// A formula within its bounds, else computed up to its last step.
    private mutating func grown(
        _ formula: Formula, _ view: MapView, _ node: ONNXNode
    ) throws -> Term {
        guard formula.size > Formula.maximumSize else { return .formula(formula, of: view) }
        return try settled(.formula(formula, of: view), node)
    }

    private func gelu(_ formula: Formula, _ node: ONNXNode) throws -> Formula {
        guard try node.text("approximate", default: "none") == "none" else {
            throw unsupported(node, "approximates by tanh")
        }
        return .activation(.gelu, formula)
    }

    private func parametricRelu(_ formula: Formula, _ node: ONNXNode) throws -> Formula {
        guard let slope = try number(1, of: node) else { throw invalid(node, "has no slope") }
        return .activation(.leakyRelu(slope: Float(slope)), formula)
    }

    /// Bounds are inputs since version 11, settings before.
    private func clip(_ formula: Formula, _ node: ONNXNode) throws -> Formula {
        let far = Double(Float.greatestFiniteMagnitude)
        let low = try number(1, of: node) ?? node.number("min", default: -far)
        let high = try number(2, of: node) ?? node.number("max", default: far)
        return .activation(
            .clamp(low: Float(max(low, -far)), high: Float(min(high, far))), formula)
    }

    /// `Min` or `Max` of a map and a number.
    mutating func bound(_ node: ONNXNode) throws -> Term {
        guard node.inputs.count == 2 else { throw unsupported(node, "has not two inputs") }
        let far = Float.greatestFiniteMagnitude
        let (a, b) = (try required(0, of: node), try required(1, of: node))
        let isFirst = if case .constant = a { false } else { true }
        guard let number = try number(isFirst ? 1 : 0, of: node) else {
            throw invalid(node, "has no bound")
        }
        let (formula, view) = try formula(isFirst ? a : b, node)
        let limit = Float(min(max(number, -Double(far)), Double(far)))
        let activation: Activation =
            node.operation == "Min"
            ? .clamp(low: -far, high: limit) : .clamp(low: limit, high: far)
        return try grown(.activation(activation, formula), view, node)
    }

    /// `Pow` with a small whole exponent.
    mutating func power(_ node: ONNXNode) throws -> Term {
        guard let exponent = try number(1, of: node), [1, 2, 3].contains(exponent) else {
            throw unsupported(node, "raises to a power that is not 1, 2 or 3")
        }
        let (formula, view) = try formula(try required(0, of: node), node)
        var result = formula
        for _ in 1..<Int(exponent) { result = .product(result, formula) }
        return try grown(result, view, node)
    }

    /// A step over two functions of one map; nil where the maps differ.
    func joined(
        _ a: Term, _ b: Term, _ step: (Formula, Formula) -> Formula
    ) -> Term? {
        guard case .formula(let f, let view) = a, case .formula(let g, let other) = b,
            view.value.id == other.value.id, view.axes == other.axes,
            f.size + g.size < Formula.maximumSize
        else { return nil }
        return .formula(step(f, g), of: view)
    }

    /// A term as a function of a map, which is computed now if it cannot wait.
    mutating func formula(_ term: Term, _ node: ONNXNode) throws -> (Formula, MapView) {
        if case .formula(let formula, let view) = term { return (formula, view) }
        return (.x, try map(term, node))
    }
}

extension GraphReader {
    /// `term` with whatever waited computed: a function applied, a softmax taken.
    mutating func settled(_ term: Term, _ node: ONNXNode) throws -> Term {
        switch term {
        case .constant, .scores: return term
        case .formula(.x, _): return term
        case .formula(let formula, var view):
            view.value = try apply(formula, to: view.value, node)
            return .map(view)
        case .shares(let view, _):
            var view = view
            view.value = view.value.softmax()
            return .map(view)
        }
    }

    /// Applies a function to each number, by the network's name for it or step by step.
    private mutating func apply(
        _ formula: Formula, to value: Value, _ node: ONNXNode
    ) throws -> Value {
        if let meaning = formula.meaning { return try apply(meaning, to: value, node) }
        for (outer, inner) in formula.splits {
            guard let meaning = outer.meaning else { continue }
            return try apply(meaning, to: try apply(inner, to: value, node), node)
        }
        switch formula {
        case .sum(let f, let g):
            return try apply(f, to: value, node) + apply(g, to: value, node)
        case .product(let f, let g):
            return try apply(f, to: value, node) * apply(g, to: value, node)
        case .activation(let activation, let f):
            return try apply(f, to: value, node).activated(activation)
        case .x, .affine, .erf:
            throw unsupported(node, "is part of a function that has no name here")
        }
    }

    private mutating func apply(
        _ meaning: Formula.Meaning, to value: Value, _ node: ONNXNode
    ) throws -> Value {
        switch meaning {
        case .identity: value
        case .affine(let scale, let shift): try affine(value, scale: scale, shift: shift, node)
        case .activation(let activation): value.activated(activation)
        }
    }

    private mutating func affine(
        _ value: Value, scale: Double, shift: Double, _ node: ONNXNode
    ) throws -> Value {
        func constant(_ number: Double) -> [Float] {
            [Float](repeating: Float(number), count: value.channels)
        }
        return try scaled(
            value, by: scale == 1 ? nil : constant(scale), plus: shift == 0 ? nil : constant(shift),
            node)
    }

    /// Multiplies and shifts each channel.
    mutating func scaled(
        _ value: Value, by scale: [Float]?, plus shift: [Float]?, _ node: ONNXNode
    ) throws -> Value {
        let shape = [value.channels]
        return value.scaleShift(
            ScaleShift(
                weight: try scale.map {
                    try parameters.name($0, shape: shape, for: "\(node.name).scale")
                },
                bias: try shift.map {
                    try parameters.name($0, shape: shape, for: "\(node.name).shift")
                }))
    }
}
