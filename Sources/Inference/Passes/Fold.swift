import Networks

extension LayerGraph {
    /// Merges each per-channel affine map into the convolution before it, where nothing else reads
    /// that.
    ///
    /// `scale · (W x + b) + shift` is `(scale · W) x + (scale · b + shift)`: computed here once,
    /// instead of for every pixel.
    func folded() -> LayerGraph {
        var graph = self
        let uses = graph.uses
        for index in graph.layers.indices {
            guard case .affine(let affine) = graph.layers[index].kind,
                let input = graph.layers[index].inputs.first, uses[input] == 1,
                case .convolution(let layer) = graph.layers[input].kind
            else { continue }
            graph.layers[index].kind = .convolution(layer.followed(by: affine))
            graph.layers[index].inputs = graph.layers[input].inputs
        }
        return graph.pruned()
    }
}

extension ConvolutionLayer {
    /// The same layer with `affine` applied to its result.
    fileprivate func followed(by affine: ChannelAffine) -> ConvolutionLayer {
        var layer = self
        let count = weights.count / bias.count
        for c in bias.indices {
            let scale = Double(affine.scale[c])
            for i in c * count..<(c + 1) * count {
                layer.weights[i] = Float(Double(weights[i]) * scale)
            }
            layer.bias[c] = Float(Double(bias[c]) * scale + Double(affine.shift[c]))
        }
        return layer
    }
}
