import Networks

extension LayerGraph {
    /// Lets layers add residuals and clamp before they store their result.
    func fused() -> LayerGraph {
        residualsFused().clampsFused()
    }

    /// Turns `conv(x) + y` into one layer that reads `x` and `y`.
    private func residualsFused() -> LayerGraph {
        var graph = self
        let uses = graph.uses
        for index in graph.layers.indices {
            guard case .add = graph.layers[index].kind else { continue }
            let inputs = graph.layers[index].inputs
            // The later of the two inputs is the branch; the other is the shortcut.
            guard let branch = inputs.max(), let shortcut = inputs.min(), branch != shortcut,
                uses[branch] == 1, shortcut != 0,
                case .convolution(var layer) = graph.layers[branch].kind, !layer.addsResidual,
                !layer.isDepthwise(
                    inputs: graph.layers[graph.layers[branch].inputs[0]].shape.channels)
            else { continue }
            layer.addsResidual = true
            graph.layers[index].kind = .convolution(layer)
            graph.layers[index].inputs = [graph.layers[branch].inputs[0], shortcut]
        }
        return graph.pruned()
    }

    /// Gives an activation that only clamps to the layer before it, where nothing else reads that.
    private func clampsFused() -> LayerGraph {
        var graph = self
        let uses = graph.uses
        for index in graph.layers.indices {
            guard case .activation(let activation) = graph.layers[index].kind,
                let clamp = activation.clamp, let input = graph.layers[index].inputs.first,
                uses[input] == 1, let kind = graph.layers[input].kind.clamped(to: clamp)
            else { continue }
            graph.layers[index].kind = kind
            graph.layers[index].inputs = graph.layers[input].inputs
        }
        return graph.pruned()
    }
}

extension Layer.Kind {
    /// The same layer with its result clamped; nil where it cannot do that or does it already.
    fileprivate func clamped(to clamp: Clamp) -> Layer.Kind? {
        switch self {
        case .convolution(var layer) where layer.clamp == .none:
            layer.clamp = clamp
            return .convolution(layer)
        case .affine(var layer) where layer.clamp == .none:
            layer.clamp = clamp
            return .affine(layer)
        case .add(.none):
            return .add(clamp)
        default:
            return nil
        }
    }
}
