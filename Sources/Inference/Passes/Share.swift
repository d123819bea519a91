import Networks

extension LayerGraph {
    /// Batch normalisation, layers that are there twice, windows and what follows convolutions
    /// merged: what every network goes through before its arithmetic is chosen.
    func simplified() -> LayerGraph { folded().shared().windowsJoined().fused() }

    /// Computes once what several layers compute from the same value.
    ///
    /// Networks that were found by search apply a ReLU to each branch of a cell by itself, and
    /// average the same map for two of them.
    func shared() -> LayerGraph {
        var graph = self
        var first: [Computation: Int] = [:]
        var place = Array(layers.indices)
        for index in layers.indices {
            graph.layers[index].inputs = layers[index].inputs.map { place[$0] }
            guard let function = layers[index].function else { continue }
            let computation = Computation(function: function, inputs: graph.layers[index].inputs)
            if let earlier = first[computation] {
                place[index] = earlier
            } else {
                first[computation] = index
            }
        }
        graph.output = place[output]
        return graph.pruned()
    }

    /// Cuts a part out of a map at once where a border was put around it first.
    func windowsJoined() -> LayerGraph {
        var graph = self
        for index in graph.layers.indices {
            guard case .window(let outer) = graph.layers[index].kind,
                let input = graph.layers[index].inputs.first,
                case .window(var window) = graph.layers[input].kind,
                graph.layers[index].lies(within: graph.layers[input].shape, from: outer.offset)
            else { continue }
            window.offset.channel += outer.offset.channel
            window.offset.row += outer.offset.row
            window.offset.column += outer.offset.column
            graph.layers[index].kind = .window(window)
            graph.layers[index].inputs = graph.layers[input].inputs
        }
        return graph.pruned()
    }

    private struct Computation: Hashable {
        var function: Layer.Function
        var inputs: [Int]
    }
}

extension Layer {
    /// What a layer without weights computes from its inputs.
    fileprivate enum Function: Hashable {
        case activation(Activation)
        case maxPool(Pool, Shape)
        case averagePool(Pool, countsPadding: Bool, Shape)
        case globalAveragePool
        case window(MapWindow, Shape)
    }

    /// Nil where there are weights, or nothing worth sharing.
    fileprivate var function: Function? {
        switch kind {
        case .activation(let activation): .activation(activation)
        case .maxPool(let pool): .maxPool(pool, shape)
        case .averagePool(let pool, let countsPadding):
            .averagePool(pool, countsPadding: countsPadding, shape)
        case .globalAveragePool: .globalAveragePool
        case .window(let window): .window(window, shape)
        default: nil
        }
    }

    /// Whether a window of the layer's extent lies within `shape`.
    fileprivate func lies(within shape: Shape, from offset: Offset) -> Bool {
        offset.row >= 0 && offset.row + self.shape.height <= shape.height
            && offset.column >= 0 && offset.column + self.shape.width <= shape.width
    }
}
