import Networks

/// What a framework does where papers are silent.
struct Framework: Sendable {
    /// How kernels are padded.
    var padding: PaddingRule
    /// What BatchNorm adds to a variance.
    var epsilon: Double

    /// As models are written in PyTorch.
    static let pytorch = Framework(padding: .half, epsilon: 1e-5)
    /// As models were trained in TensorFlow.
    static let tensorflow = Framework(padding: .same, epsilon: 1e-3)
}

/// Where a checkpoint keeps a convolution and the BatchNorm after it.
struct ConvBNScope {
    var conv: Scope
    var norm: Scope

    /// Two scopes by their names in `parent`.
    init(_ parent: Scope, _ conv: String, _ norm: String) {
        self.conv = parent[conv]
        self.norm = parent[norm]
    }

    /// The next two of `layers`.
    init(_ layers: inout ScopeSequence) {
        conv = layers.next()
        norm = layers.next()
    }
}

extension Value {
    /// A convolution, BatchNorm and, unless nil, an activation.
    func convBN(
        _ channels: Int, kernel: Int = 1, stride: Int = 1, groups: Int = 1,
        _ activation: Activation?, by framework: Framework = .pytorch, at scope: ConvBNScope
    ) -> Value {
        let x = conv(
            channels, kernel: kernel, stride: stride, groups: groups, padding: framework.padding,
            at: scope.conv
        ).batchNorm(epsilon: framework.epsilon, at: scope.norm)
        return activation.map(x.activated) ?? x
    }

    /// Linear layers with ReLU between them.
    func perceptron(_ layers: [(channels: Int, scope: Scope)]) -> Value {
        var x = self
        for (index, layer) in layers.enumerated() {
            x = x.linear(layer.channels, at: layer.scope)
            if index < layers.count - 1 { x = x.activated(.relu) }
        }
        return x
    }
}
