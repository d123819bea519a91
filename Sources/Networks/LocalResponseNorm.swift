/// `x / (bias + alpha / size · Σ x²) ^ beta`, the sum over `size` neighbouring channels of each
/// position (Krizhevsky, Sutskever and Hinton, 2012).
package struct LocalResponseNorm: Sendable, Hashable {
    /// How many channels are summed: `(size - 1) / 2` before each, rounded down, the rest after.
    package var size: Int
    /// Weighs the mean of squares.
    package var alpha: Double
    /// The exponent.
    package var beta: Double
    /// Keeps the root away from zero.
    package var bias: Double

    /// Names every field.
    package init(size: Int, alpha: Double, beta: Double, bias: Double) {
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.bias = bias
    }
}

extension Value {
    /// Normalises each number by the squares of its neighbours in other channels.
    package func localResponseNorm(_ layer: LocalResponseNorm) -> Value {
        added(.localResponseNorm(layer), shape)
    }
}

extension Value {
    /// Normalises the channels of each position as `layer` says.
    package func layerNorm(_ layer: LayerNorm) -> Value { added(.layerNorm(layer), shape) }
}
