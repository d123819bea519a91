extension LayerGraph {
    /// Merges each scale-and-shift into the convolution before it, where nothing else reads that.
    ///
    /// `scale · (W x + b) + shift` is `(scale · W) x + (scale · b + shift)`: computed here once, in
    /// double precision, instead of for every pixel.
    func folded() -> LayerGraph {
        var graph = self
        let uses = graph.uses
        for index in graph.layers.indices {
            guard case .scaleShift(let norm) = graph.layers[index].kind,
                let input = graph.layers[index].inputs.first, uses[input] == 1,
                case .convolution(let layer) = graph.layers[input].kind
            else { continue }
            graph.layers[index].kind = .convolution(layer.scaled(by: norm))
            graph.layers[index].inputs = graph.layers[input].inputs
        }
        return graph.pruned()
    }
}

extension ConvolutionLayer {
    fileprivate func scaled(by norm: ScaleShift) -> ConvolutionLayer {
        var layer = self
        let count = weights.count / bias.count
        for c in bias.indices {
            for i in c * count..<(c + 1) * count {
                layer.weights[i] = Float(Double(weights[i]) * norm.scale[c])
            }
            layer.bias[c] = Float(Double(bias[c]) * norm.scale[c] + norm.shift[c])
        }
        return layer
    }
}
