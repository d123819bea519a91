import Networks

extension GraphReader {
    /// `BatchNormalization` by recorded statistics.
    mutating func batchNormalization(_ node: ONNXNode) throws -> MapView {
        guard try node.integer("training_mode", default: 0) == 0 else {
            throw unsupported(node, "is in training")
        }
        var view = try map(0, of: node).settled
        guard view.isWhole(1, .channel) else {
            throw unsupported(node, "does not read channels as its second axis, but \(view)")
        }
        let channels = view.value.channels
        var names: [String] = []
        for (index, word) in ["weight", "bias", "mean", "variance"].enumerated() {
            let constant = try requiredConstant(index + 1, of: node)
            guard constant.count == channels else {
                throw invalid(
                    node, "has \(constant.count) numbers as its \(word) for \(channels) channels")
            }
            names.append(
                try parameters.name(constant, shape: [channels], for: "\(node.name).\(word)"))
        }
        view.value = view.value.batchNorm(
            BatchNorm(
                weight: names[0], bias: names[1], mean: names[2], variance: names[3],
                epsilon: try node.number("epsilon", default: 1e-5)))
        return view
    }

    /// `LayerNormalization` over the channels of each position.
    mutating func layerNormalization(_ node: ONNXNode) throws -> MapView {
        let view = try map(0, of: node).settled
        let axis = try node.axis(
            try node.integer("axis", default: -1), rank: view.axes.count)
        guard axis == view.axes.count - 1, view.isWhole(axis, .channel) else {
            throw unsupported(node, "does not read channels as its last axis, but \(view)")
        }
        let channels = view.value.channels
        let weight = try requiredConstant(1, of: node)
        let bias = try constant(2, of: node)
        guard weight.count == channels, bias.map({ $0.count == channels }) ?? true else {
            throw invalid(node, "has \(weight.count) weights for \(channels) channels")
        }
        let zeros = [Float](repeating: 0, count: bias == nil ? channels : 0)
        let layer = LayerNorm(
            weight: try parameters.name(weight, shape: [channels], for: "\(node.name).weight"),
            bias: try bias.map {
                try parameters.name($0, shape: [channels], for: "\(node.name).bias")
            } ?? parameters.name(zeros, shape: [channels], for: "\(node.name).bias"),
            epsilon: try node.number("epsilon", default: 1e-5))
        var result = view
        result.value = view.value.layerNorm(layer)
        return result
    }

    /// `LRN` over neighbouring channels.
    mutating func localResponseNormalization(_ node: ONNXNode) throws -> MapView {
        var view = try planar(0, of: node)
        let size = try node.integer("size", default: 0)
        guard size > 0 else { throw invalid(node, "has no size") }
        view.value = view.value.localResponseNorm(
            LocalResponseNorm(
                size: size, alpha: try node.number("alpha", default: 1e-4),
                beta: try node.number("beta", default: 0.75),
                bias: try node.number("bias", default: 1)))
        return view
    }

    /// `Softmax` and `LogSoftmax`: over the channels of each position, or over an attention's keys.
    ///
    /// The one's logarithm is left off: classes rank the same, and shares of logits that were made
    /// into logarithms of shares are the same shares.
    mutating func softmax(_ node: ONNXNode) throws -> Term {
        let term = try required(0, of: node)
        let isFlat = file.opset < 13
        let axis = try node.integer("axis", default: isFlat ? 1 : -1)
        if case .scores(var scores) = term {
            let rank = scores.queries.axes.count
            guard !scores.areShares, node.operation == "Softmax",
                try node.axis(axis, rank: rank) == rank - 1
            else { throw unsupported(node, "is not over an attention's keys") }
            scores.areShares = true
            return .scores(scores)
        }
        let view = try map(term, node).settled
        let place = try node.axis(axis, rank: view.axes.count)
        // Before version 13, everything from the axis on is one.
        let factors = isFlat ? Array(view.axes[place...].joined()) : view.axes[place]
        guard factors == MapView.whole(.channel, of: view.value.shape) else {
            throw unsupported(node, "is not over the channels of \(view)")
        }
        return .shares(view, name: node.operation)
    }
}
