import Networks

/// Which layers of a network are computed in which arithmetic.
struct ElementChoice {
    /// The arithmetic of every layer that has a kernel for it.
    var element: Element
    /// Layers, by the node they compute, that keep another one.
    var exceptions: [Node.ID: Element] = [:]

    /// In what the weights of a layer of the head are kept.
    ///
    /// f32 costs no accuracy there and little time. Weights that no cache holds are another matter:
    /// they are read from memory for every batch, so beside integers they are integers too.
    func headElement(_ layer: Layer) -> Element {
        switch exceptions[layer.node] ?? element {
        case .f32: return .f32
        case .bf16: return .bf16
        case .u8:
            guard case .linear(let linear) = layer.kind else { return .f32 }
            let inputs = linear.weights.count / max(linear.bias.count, 1)
            let isLarge = linear.weights.count > 8 << 20
            return isLarge && inputs <= WholeLinear.maximumInputs ? .u8 : .f32
        }
    }
}

extension LayerGraph {
    /// Settles in what kind of number each layer's result is stored, and puts conversions where a
    /// layer reads another kind than its input has.
    ///
    /// Vectors stay in f32: there is nothing to win. So does what only plain loops can compute.
    func converted(_ choice: ElementChoice) -> (graph: LayerGraph, elements: [Element]) {
        var graph = LayerGraph(layers: [], output: output)
        var elements: [Element] = []
        /// Where each layer went, and where its conversions are.
        var place: [Int] = []
        var conversions: [Conversion: Int] = [:]
        for (index, layer) in layers.enumerated() {
            let inputs = layer.inputs.map { elements[place[$0]] }
            let element =
                index == 0
                ? inputElement(choice) : layer.element(of: inputs, choice, shapes(of: layer))
            var moved = layer
            for (position, input) in layer.inputs.enumerated() {
                moved.inputs[position] = place[input]
                let wanted = layer.element(
                    ofInput: position, given: elements[place[input]], result: element,
                    shapes(of: layer))
                guard elements[place[input]] != wanted else { continue }
                let conversion = Conversion(layer: input, element: wanted)
                if conversions[conversion] == nil {
                    conversions[conversion] = graph.layers.count
                    graph.layers.append(
                        Layer(
                            kind: .convert, inputs: [place[input]], shape: layers[input].shape,
                            node: layers[input].node))
                    elements.append(wanted)
                }
                moved.inputs[position] = conversions[conversion] ?? place[input]
            }
            place.append(graph.layers.count)
            graph.layers.append(moved)
            elements.append(element)
        }
        graph.output = place[output]
        // What leaves the network is f32.
        if elements[graph.output] != .f32 {
            graph.layers.append(
                Layer(
                    kind: .convert, inputs: [graph.output], shape: layers[output].shape,
                    node: layers[output].node))
            elements.append(.f32)
            graph.output = graph.layers.count - 1
        }
        return (graph, elements)
    }

    private struct Conversion: Hashable {
        var layer: Int
        var element: Element
    }

    private func shapes(of layer: Layer) -> [Shape] { layer.inputs.map { layers[$0].shape } }

    /// The image is stored as its first readers want it, if they agree and are convolutions.
    private func inputElement(_ choice: ElementChoice) -> Element {
        guard isInputThin else { return .f32 }
        let wanted = Set(
            consumers[0].map { layers[$0].element(of: [], choice, shapes(of: layers[$0])) })
        return wanted.count == 1 ? wanted.first ?? .f32 : .f32
    }

    /// Whether the image can be stored with four numbers a pixel: only dense convolutions read it,
    /// in one kind of number.
    var isInputThin: Bool {
        layers[0].shape.channels <= 4
            && consumers[0].allSatisfy {
                guard case .convolution(let layer) = layers[$0].kind else { return false }
                return layer.geometry.groups == 1 && !layer.addsResidual
            }
    }
}

extension Layer {
    /// In what the layer's result is stored.
    fileprivate func element(
        of inputs: [Element], _ choice: ElementChoice, _ shapes: [Shape]
    ) -> Element {
        switch kind {
        case .input, .linear, .globalAveragePool, .sequence, .plain:
            return .f32
        case .convolution:
            if shape.isVector, shapes[0].isVector { return .f32 }
            return choice.exceptions[node] ?? choice.element
        case .multiply:
            let maps = zip(inputs, shapes).filter { !$1.isVector }.map(\.0)
            return maps.count == 1 ? maps[0] : .f32
        case .affine, .activation, .add, .maxPool, .averagePool, .concatenate, .window,
            .convert:
            if shape.isVector { return .f32 }
            return inputs.allSatisfy { $0 == inputs.first }
                ? inputs.first ?? .f32 : choice.exceptions[node] ?? choice.element
        }
    }

    /// In what it reads input `position`, whose producer gives `given`.
    fileprivate func element(
        ofInput position: Int, given: Element, result: Element, _ shapes: [Shape]
    ) -> Element {
        switch kind {
        case .globalAveragePool: given
        case .linear, .sequence, .plain, .input: .f32
        case .multiply: shapes[position].isVector ? .f32 : result
        case .convolution, .affine, .activation, .add, .maxPool, .averagePool, .concatenate,
            .window, .convert:
            result
        }
    }
}
