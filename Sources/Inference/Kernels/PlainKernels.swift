import Networks

/// The layers that stand alone when nothing could take them in: a pass over memory each.
enum PlainKernels {
    /// The mean of each channel over `positions` pixels, `[n, positions, channels]` to
    /// `[n, channels]`.
    static func averagePool(
        _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, batch: Int,
        positions: Int, channels: Int
    ) {
        let share = 1 / Float(positions)
        for image in 0..<batch {
            let sums = output + image * channels
            sums.update(repeating: 0, count: channels)
            for position in 0..<positions {
                let pixel = input + (image * positions + position) * channels
                for c in 0..<channels { sums[c] += pixel[c] }
            }
            for c in 0..<channels { sums[c] *= share }
        }
    }

    /// `a + b`, number by number.
    static func add(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
        _ output: UnsafeMutablePointer<Float>, count: Int
    ) {
        for i in 0..<count { output[i] = a[i] + b[i] }
    }

    /// `activation(x)`, number by number.
    static func activate(
        _ activation: Activation, _ input: UnsafePointer<Float>,
        _ output: UnsafeMutablePointer<Float>, count: Int
    ) {
        switch activation {
        case .relu: for i in 0..<count { output[i] = max(input[i], 0) }
        case .relu6: for i in 0..<count { output[i] = min(max(input[i], 0), 6) }
        default: for i in 0..<count { output[i] = activation(input[i]) }
        }
    }

    /// `x · scale + shift`, a channel at a time, over `positions` pixels.
    static func scaleShift(
        _ layer: ScaleShift, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>,
        positions: Int
    ) {
        let channels = layer.scale.count
        for position in 0..<positions {
            for c in 0..<channels {
                let i = position * channels + c
                output[i] = Float(Double(input[i]) * layer.scale[c] + layer.shift[c])
            }
        }
    }
}
