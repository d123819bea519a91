/// What turns a convolution's sums into stored numbers: `sum · scale + bias`, the residual, a clamp.
struct Epilogue {
    /// `[channels]`.
    private(set) var scale: [Float]
    /// `[channels]`.
    private(set) var bias: [Float]
    /// What the residual's stored numbers are multiplied with.
    private(set) var residualScale: Float = 1
    /// In stored numbers; none where storing saturates there anyway.
    private(set) var clamp: Clamp

    init(_ layer: ConvolutionLayer, _ weights: ConvolutionWeights, _ values: ConvolutionValues) {
        let (input, output) = (values.inputFormat, values.outputFormat)
        guard input.element == .u8 else {
            scale = weights.scale
            bias = layer.bias
            clamp = layer.clamp
            return
        }
        scale = []
        bias = []
        let shift = values.residualFormat.map { $0.zero * $0.scale } ?? 0
        residualScale = (values.residualFormat?.scale ?? 0) / output.scale
        for channel in layer.bias.indices {
            let step = Double(input.scale) * Double(weights.scale[channel])
            let zero = step * Double(input.zero) * Double(weights.sums[channel])
            let real = Double(layer.bias[channel]) - zero - Double(shift)
            scale.append(Float(step / Double(output.scale)))
            bias.append(Float(real / Double(output.scale) + Double(output.zero)))
        }
        clamp = layer.clamp.stored(in: output)
    }
}

extension Clamp {
    /// The same range in stored numbers; none where a u8 saturates there anyway.
    func stored(in format: Format) -> Clamp {
        guard format.element == .u8 else { return self }
        let stored = Clamp(
            low: low / format.scale + format.zero, high: high / format.scale + format.zero)
        return stored.low <= 0 && stored.high >= 255 ? .none : stored
    }
}
