import Networks

/// The layers' definitions as loops, planar feature maps, sums in double precision.
enum ReferenceLoops {
    static func convolve(
        _ x: [Float], _ input: Shape, _ layer: Convolution, weights: [Float], bias: [Float]?,
        output: Shape
    ) -> [Float] {
        let inputs = input.channels / layer.groups
        let outputs = layer.channels / layer.groups
        var result = [Float](repeating: 0, count: output.count)
        for o in 0..<layer.channels {
            let firstInput = o / outputs * inputs
            for row in 0..<output.height {
                for column in 0..<output.width {
                    var sum = Double(bias?[o] ?? 0)
                    for i in 0..<inputs {
                        for ky in 0..<layer.kernel.height {
                            let y =
                                row * layer.stride.height + ky * layer.dilation.height
                                - layer.padding.top
                            guard (0..<input.height).contains(y) else { continue }
                            for kx in 0..<layer.kernel.width {
                                let x0 =
                                    column * layer.stride.width + kx * layer.dilation.width
                                    - layer.padding.left
                                guard (0..<input.width).contains(x0) else { continue }
                                let w =
                                    ((o * inputs + i) * layer.kernel.height + ky)
                                    * layer.kernel.width + kx
                                let p = ((firstInput + i) * input.height + y) * input.width + x0
                                sum += Double(weights[w]) * Double(x[p])
                            }
                        }
                    }
                    result[(o * output.height + row) * output.width + column] = Float(sum)
                }
            }
        }
        return result
    }

    static func normalise(
        _ x: [Float], channels: Int, epsilon: Double, weight: [Float], bias: [Float],
        mean: [Float], variance: [Float]
    ) -> [Float] {
        let size = x.count / channels
        return x.indices.map { i in
            let c = i / size
            let deviation = (Double(variance[c]) + epsilon).squareRoot()
            let unit = (Double(x[i]) - Double(mean[c])) / deviation
            return Float(unit * Double(weight[c]) + Double(bias[c]))
        }
    }

    static func average(_ x: [Float], channels: Int) -> [Float] {
        let size = x.count / channels
        return (0..<channels).map { c in
            Float(x[c * size..<(c + 1) * size].reduce(0.0) { $0 + Double($1) } / Double(size))
        }
    }

    static func multiply(_ x: [Float], weights: [Float], bias: [Float]?, outputs: Int) -> [Float] {
        (0..<outputs).map { o in
            var sum = Double(bias?[o] ?? 0)
            for i in x.indices { sum += Double(weights[o * x.count + i]) * Double(x[i]) }
            return Float(sum)
        }
    }
}
