import CKernels
import Networks

/// Chooses each layer's kernel and packs its numbers.
struct StepCompiler {
    let graph: LayerGraph
    let formats: [Format]
    let layouts: [MapLayout]
    let placement: Placement
    /// The way of computing; nil for the best this processor has for each kind of number.
    let isa: kernel_isa?
    /// The first layer that is computed for all of a batch's images side by side, and how many.
    let together: (layer: Int, images: Int)

    /// What computes layer `index`; nothing for a layer that is only a view of others.
    func steps(_ index: Int) throws(InferenceError) -> [any Step] {
        var steps = border(index)
        let layer = graph.layers[index]
        let isa = isa ?? kernel_best_isa(kernelElement(index).code)
        let output = (index: index, format: formats[index], layout: layouts[index])
        let inputs = layer.inputs.map { (index: $0, format: formats[$0]) }
        switch layer.kind {
        case .input:
            steps.append(InputStep(layouts[index], formats[index], isa: isa))
        case .convolution(let convolution):
            let values = values(index)
            if DepthwiseStep.canRun(convolution, inputs: values.inputLayout.shape.channels) {
                steps.append(try DepthwiseStep(convolution, values, isa: isa))
            } else if WinogradStep.canRun(
                convolution, inputs: values.inputLayout.shape, result: layer.shape,
                element: values.inputFormat.element)
            {
                steps.append(
                    try WinogradStep(
                        convolution, values, isa: isa,
                        batch: index >= together.layer ? together.images : 1))
            } else if StrassenStep.isWorthwhile(
                convolution, inputs: values.inputLayout.shape, result: layer.shape,
                element: values.inputFormat.element), StrassenStep.canRun(values.inputLayout)
            {
                steps.append(
                    try StrassenStep(
                        convolution, values, isa: isa,
                        batch: index >= together.layer ? together.images : 1))
            } else {
                steps.append(try DenseStep(convolution, values, isa: isa))
            }
        case .affine(let affine):
            steps.append(try AffineStep(affine, from: inputs[0], to: output, isa: isa))
        case .convert:
            let ones = [Float](repeating: 1, count: layer.shape.channels)
            let affine = ChannelAffine(
                scale: ones, shift: Array(repeating: 0, count: ones.count))
            steps.append(try AffineStep(affine, from: inputs[0], to: output, isa: isa))
        case .activation(let activation):
            steps.append(ActivationStep(activation, from: inputs[0], to: output, isa: isa))
        case .add(let clamp):
            steps.append(
                AddStep(
                    clamp, (inputs[0].index, inputs[1].index),
                    (inputs[0].format, inputs[1].format), to: output, isa: isa))
        case .multiply:
            steps.append(product(index, isa))
        case .maxPool(let pool):
            steps.append(self.pool(pool, countsPadding: nil, index, isa))
        case .averagePool(let pool, let countsPadding):
            steps.append(self.pool(pool, countsPadding: countsPadding, index, isa))
        case .globalAveragePool:
            steps.append(
                GlobalPoolStep(
                    isa: isa, input: inputs[0].index, output: index, format: inputs[0].format,
                    layout: layouts[inputs[0].index]))
        case .concatenate:
            steps += moves(index, isa)
        case .window(let window):
            steps.append(
                WindowStep(
                    window, from: (inputs[0].index, graph.layers[inputs[0].index].shape),
                    to: output, isa: isa))
        case .sequence(.norm(let scale, let shift, let epsilon)):
            steps.append(
                try NormStep(
                    scale: scale, shift: shift, epsilon: epsilon, from: inputs[0].index,
                    to: (index, layouts[index]), isa: isa))
        case .sequence(.tokens(let classToken, let positions)):
            steps.append(
                try TokensStep(
                    classToken: classToken, positions: positions,
                    from: (inputs[0].index, layouts[inputs[0].index]),
                    to: (index, layouts[index]), isa: isa))
        case .sequence(.attention(let heads)):
            steps.append(
                AttentionStep(
                    heads: heads, from: (inputs[0].index, layouts[inputs[0].index]),
                    to: index, isa: isa))
        case .plain(let plain):
            steps.append(
                PlainStep(
                    layer: plain, inputs: layer.inputs.map { ($0, layouts[$0]) }, output: index,
                    layout: layouts[index]))
        case .linear:
            break
        }
        return steps
    }

    /// What computes layer `index` of the head, its weights kept in `element`.
    func headStep(_ index: Int, _ element: Element) throws(InferenceError) -> HeadStep {
        switch graph.layers[index].kind {
        case .linear(let linear):
            element == .u8
                ? .wholeLinear(try WholeLinear(linear, isa: isa ?? kernel_best_isa(element.code)))
                : .linear(
                    try BatchedLinear(linear, element, isa: isa ?? kernel_best_isa(element.code)))
        case .activation(let activation): .activation(activation)
        default: .softmax
        }
    }

    /// The kind of number that decides which instructions a layer needs.
    private func kernelElement(_ index: Int) -> Element {
        let elements = [index] + graph.layers[index].inputs
        return elements.contains { formats[$0].element == .bf16 } ? .bf16 : formats[index].element
    }

    /// Zeros around the result, where its readers look at them and they are not there already.
    private func border(_ index: Int) -> [any Step] {
        let needed = !placement.borders[index].isEmpty || placement.isRead[index]
        guard needed, !hasBorder(index) else { return [] }
        let root = placement.root[index]
        let end = placement.firstBlock[index] + layouts[index].blocks
        return [
            BorderStep(
                index, layouts[index], formats[index],
                isWhole: end == placement.firstBlock[root] + layouts[root].blocks)
        ]
    }

    /// Whether the result lies where an input has put the border already.
    private func hasBorder(_ index: Int) -> Bool {
        if case .concatenate = graph.layers[index].kind { return strayParts(index).isEmpty }
        return graph.layers[index].inputs.contains { isSamePlace($0, index) }
    }

    private func isSamePlace(_ a: Int, _ b: Int) -> Bool {
        placement.root[a] == placement.root[b]
            && placement.firstBlock[a] == placement.firstBlock[b]
            && formats[a] == formats[b]
    }

    private func values(_ index: Int) -> ConvolutionValues {
        let inputs = graph.layers[index].inputs
        let residual = inputs.count > 1 ? inputs[1] : nil
        return ConvolutionValues(
            input: inputs[0], output: index, residual: residual, inputLayout: layouts[inputs[0]],
            outputLayout: layouts[index], inputFormat: formats[inputs[0]],
            outputFormat: formats[index], residualFormat: residual.map { formats[$0] })
    }

    private func product(_ index: Int, _ isa: kernel_isa) -> any Step {
        let layer = graph.layers[index]
        let output = (index: index, format: formats[index], layout: layouts[index])
        let vectors = layer.inputs.filter { graph.layers[$0].shape.isVector }
        let maps = layer.inputs.filter { !graph.layers[$0].shape.isVector }
        if let vector = vectors.first, let map = maps.first {
            return ScaleByVectorStep(
                map: (map, formats[map]), vector: vector, to: output, isa: isa)
        }
        return MultiplyStep(
            isa: isa, inputs: (layer.inputs[0], layer.inputs[1]), output: index,
            layout: layouts[index])
    }

    private func pool(
        _ pool: Pool, countsPadding: Bool?, _ index: Int, _ isa: kernel_isa
    ) -> any Step {
        let input = graph.layers[index].inputs[0]
        return PoolStep(
            pool, countsPadding: countsPadding,
            from: (input, formats[input], graph.layers[input].shape),
            to: (index, layouts[index]), isa: isa)
    }

    /// Copies of those parts of a concatenation that do not lie in it already.
    private func moves(_ index: Int, _ isa: kernel_isa) -> [any Step] {
        strayParts(index).map { part in
            MoveStep(
                isa: isa, input: part.input, output: index, element: formats[index].element,
                channels: graph.layers[part.input].shape.channels, firstChannel: part.channel,
                window: layouts[index].window)
        }
    }

    /// The inputs of a concatenation that do not lie in it already, and where they belong.
    private func strayParts(_ index: Int) -> [(input: Int, channel: Int)] {
        var parts: [(input: Int, channel: Int)] = []
        var channel = 0
        for input in graph.layers[index].inputs {
            let isThere =
                channel.isMultiple(of: 16) && placement.root[input] == placement.root[index]
                && placement.firstBlock[input] == placement.firstBlock[index] + channel / 16
            if !isThere { parts.append((input, channel)) }
            channel += graph.layers[input].shape.channels
        }
        return parts
    }
}
