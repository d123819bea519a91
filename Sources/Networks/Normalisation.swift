/// `(x - mean) / √(variance + epsilon) · weight + bias`, a channel at a time.
package struct BatchNorm: Sendable, Hashable {
    /// Name of the weight, `[channels]`.
    package var weight: String
    /// Name of the bias, `[channels]`.
    package var bias: String
    /// Name of the recorded mean, `[channels]`.
    package var mean: String
    /// Name of the recorded variance, `[channels]`.
    package var variance: String
    /// Keeps the root away from zero.
    package var epsilon: Double

    /// Names every field.
    package init(weight: String, bias: String, mean: String, variance: String, epsilon: Double) {
        self.weight = weight
        self.bias = bias
        self.mean = mean
        self.variance = variance
        self.epsilon = epsilon
    }

    /// The parameters of `scope` by PyTorch's names: `weight`, `bias`, `running_mean` and
    /// `running_var`.
    package init(scope: Scope, epsilon: Double) {
        self.init(
            weight: scope.name("weight"), bias: scope.name("bias"),
            mean: scope.name("running_mean"), variance: scope.name("running_var"),
            epsilon: epsilon)
    }
}

/// `x · weight + bias`, a channel at a time.
package struct ScaleShift: Sendable, Hashable {
    /// Name of the weight, `[channels]`; nil for ones.
    package var weight: String?
    /// Name of the bias, `[channels]`; nil for zeros.
    package var bias: String?

    /// Names both fields.
    package init(weight: String?, bias: String?) {
        self.weight = weight
        self.bias = bias
    }
}

/// `(x - mean) / √(variance + epsilon) · weight + bias`, by the channels of each position.
package struct LayerNorm: Sendable, Hashable {
    /// Name of the weight, `[channels]`.
    package var weight: String
    /// Name of the bias, `[channels]`.
    package var bias: String
    /// Keeps the root away from zero.
    package var epsilon: Double

    /// Names every field.
    package init(weight: String, bias: String, epsilon: Double) {
        self.weight = weight
        self.bias = bias
        self.epsilon = epsilon
    }
}
