import Networks

extension ReferenceLoops {
    /// A cross-correlation: for each output channel, every weight times the part of the input that
    /// it meets, summed over a map of its own.
    static func convolve(
        _ x: ReferenceMap, _ layer: Convolution, weights: [Float], bias: [Float]?, output: Shape
    ) -> [Float] {
        let input = x.numbers.map(Double.init)
        let inputs = x.shape.channels / layer.groups
        let outputs = layer.channels / layer.groups
        let kernel = layer.kernel
        let area = output.height * output.width
        var result: [Float] = []
        result.reserveCapacity(output.count)
        var sums = [Double](repeating: 0, count: area)
        for o in 0..<layer.channels {
            let start = Double(bias?[o] ?? 0)
            for pixel in 0..<area { sums[pixel] = start }
            for i in 0..<inputs {
                let channel = o / outputs * inputs + i
                let first = (o * inputs + i) * kernel.height * kernel.width
                for ky in 0..<kernel.height {
                    for kx in 0..<kernel.width {
                        let weight = Double(weights[first + ky * kernel.width + kx])
                        accumulate(
                            weight, of: input, channel, x.shape,
                            rows: Reach(
                                layer.stride.height, ky * layer.dilation.height - layer.padding.top,
                                from: x.shape.height, to: output.height),
                            columns: Reach(
                                layer.stride.width, kx * layer.dilation.width - layer.padding.left,
                                from: x.shape.width, to: output.width),
                            into: &sums, output)
                    }
                }
            }
            for pixel in 0..<area { result.append(Float(sums[pixel])) }
        }
        return result
    }

    /// Which outputs along one axis meet an input under one weight: output `i` meets input
    /// `i · stride + offset`.
    private struct Reach {
        let stride: Int
        let offset: Int
        let outputs: Range<Int>

        init(_ stride: Int, _ offset: Int, from inputs: Int, to outputs: Int) {
            self.stride = stride
            self.offset = offset
            let first = offset >= 0 ? 0 : (-offset + stride - 1) / stride
            let last = offset >= inputs ? 0 : (inputs - 1 - offset) / stride + 1
            self.outputs = first..<max(first, min(last, outputs))
        }
    }

    private static func accumulate(
        _ weight: Double, of input: [Double], _ channel: Int, _ shape: Shape, rows: Reach,
        columns: Reach, into sums: inout [Double], _ output: Shape
    ) {
        guard let firstColumn = columns.outputs.first else { return }
        let count = columns.outputs.count
        // Bounds were settled above; without their checks the inner loop runs as vectors.
        input.withUnsafeBufferPointer { input in
            sums.withUnsafeMutableBufferPointer { sums in
                for row in rows.outputs {
                    let y = row * rows.stride + rows.offset
                    var from =
                        (channel * shape.height + y) * shape.width
                        + firstColumn * columns.stride + columns.offset
                    let to = row * output.width + firstColumn
                    if columns.stride == 1 {
                        for column in 0..<count {
                            sums[to + column] += weight * input[from + column]
                        }
                    } else {
                        for column in 0..<count {
                            sums[to + column] += weight * input[from]
                            from += columns.stride
                        }
                    }
                }
            }
        }
    }

    /// `W x + b` at each position.
    static func multiply(
        _ x: ReferenceMap, weights: [Float], bias: [Float]?, outputs: Int
    ) -> [Float] {
        let inputs = x.shape.channels
        let area = x.area
        // Position by position, so that both sides of a product lie in a row.
        var input = [Double](repeating: 0, count: inputs * area)
        for i in 0..<inputs {
            for position in 0..<area {
                input[position * inputs + i] = Double(x.numbers[i * area + position])
            }
        }
        var result = [Float](repeating: 0, count: outputs * area)
        for o in 0..<outputs {
            let row = weights[o * inputs..<(o + 1) * inputs].map(Double.init)
            for position in 0..<area {
                let sum = dot(row, input, from: position * inputs)
                result[o * area + position] = Float(sum + Double(bias?[o] ?? 0))
            }
        }
        return result
    }

    /// Eight sums side by side, added up at the end: a single one would wait for itself.
    private static func dot(_ row: [Double], _ input: [Double], from first: Int) -> Double {
        row.withUnsafeBufferPointer { row in
            input.withUnsafeBufferPointer { input in
                var sums = SIMD8<Double>()
                let whole = row.count & ~7
                for i in stride(from: 0, to: whole, by: 8) {
                    for lane in 0..<8 { sums[lane] += row[i + lane] * input[first + i + lane] }
                }
                var sum = sums.sum()
                for i in whole..<row.count { sum += row[i] * input[first + i] }
                return sum
            }
        }
    }
}
