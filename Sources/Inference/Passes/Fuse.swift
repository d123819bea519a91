extension LayerGraph {
    /// Lets convolutions add residuals and apply activations before they store their result.
    func fused() -> LayerGraph {
        residualsFused().activationsFused()
    }

    /// Turns `conv(x) + y` into one layer that reads `x` and `y`.
    ///
    /// The sum is formed in `y`'s own memory, so this must be `y`'s last use.
    private func residualsFused() -> LayerGraph {
        var graph = self
        let uses = graph.uses
        let lastUse = graph.lastUse
        for index in graph.layers.indices {
            guard case .add = graph.layers[index].kind else { continue }
            let inputs = graph.layers[index].inputs
            // The later of the two inputs is the branch; the other is the shortcut.
            guard let branch = inputs.max(), let shortcut = inputs.min(), branch != shortcut,
                uses[branch] == 1, lastUse[shortcut] == index, shortcut != 0,
                case .convolution(var layer) = graph.layers[branch].kind,
                !layer.addsResidual, layer.activation == nil
            else { continue }
            layer.addsResidual = true
            graph.layers[index].kind = .convolution(layer)
            graph.layers[index].inputs = [graph.layers[branch].inputs[0], shortcut]
        }
        return graph.pruned()
    }

    /// Gives an activation to the convolution before it, where nothing else reads that.
    private func activationsFused() -> LayerGraph {
        var graph = self
        let uses = graph.uses
        for index in graph.layers.indices {
            guard case .activation(let activation) = graph.layers[index].kind,
                let input = graph.layers[index].inputs.first, uses[input] == 1,
                case .convolution(var layer) = graph.layers[input].kind, layer.activation == nil
            else { continue }
            layer.activation = activation
            graph.layers[index].kind = .convolution(layer)
            graph.layers[index].inputs = graph.layers[input].inputs
        }
        return graph.pruned()
    }

    /// The last layer that reads each layer; the output is read after all.
    var lastUse: [Int] {
        var last = Array(layers.indices)
        for (index, layer) in layers.enumerated() {
            for input in layer.inputs { last[input] = index }
        }
        last[output] = layers.count
        return last
    }
}
