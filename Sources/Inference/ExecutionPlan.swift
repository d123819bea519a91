import CKernels
import Networks

/// The steps that turn an image into logits, and where their results lie.
struct ExecutionPlan: Sendable {
    /// A step, and the layer it belongs to.
    struct PlannedStep: Sendable {
        let layer: Int
        let step: any Step
    }

    /// A layer of the head, and the values it reads and writes.
    struct PlannedHead: Sendable {
        let layer: Int
        let input: Int
        let step: HeadStep
    }

    /// The layers, without their numbers.
    let layers: [Layer]
    let output: Int
    let formats: [Format]
    let layouts: [MapLayout]
    let memory: MemoryPlan
    /// For one image.
    let steps: [PlannedStep]
    /// For the batch.
    let head: [PlannedHead]
    /// Values of the trunk that the head reads, or the output itself.
    let collected: [Int]

    init(
        _ lowered: LayerGraph, _ arithmetic: Arithmetic, isa: kernel_isa?, inBlocks: Bool
    ) throws(InferenceError) {
        let choice = ElementChoice(
            element: arithmetic.element, exceptions: arithmetic.exceptions)
        let (graph, elements) = lowered.linearsInTrunkConvolved().converted(choice)
        let formats = try graph.formats(elements, ranges: arithmetic.ranges)
        let head = graph.head
        let placement = Placement(graph, formats, head: head)
        let isThin = graph.isInputThin
        let layouts = graph.layers.indices.map { index in
            MapLayout(
                graph.layers[index].shape, formats[index].element, border: placement.borders[index],
                isThin: index == 0 && isThin)
        }
        let blocks = inBlocks ? graph.blocks(elements, head: head) : []
        memory = MemoryPlan(graph, layouts, placement, blocks: blocks)
        let compiler = StepCompiler(
            graph: graph, formats: formats, layouts: layouts, placement: placement, isa: isa)
        var steps: [PlannedStep] = []
        var heads: [PlannedHead] = []
        for index in graph.layers.indices {
            if head.contains(index) {
                heads.append(
                    PlannedHead(
                        layer: index, input: graph.layers[index].inputs[0],
                        step: compiler.headStep(index)))
            } else {
                steps += try compiler.steps(index).map { PlannedStep(layer: index, step: $0) }
            }
        }
        for block in blocks { steps = Self.joined(steps, block) }
        self.steps = steps
        self.head = heads
        collected =
            head.isEmpty
            ? [graph.output]
            : Set(heads.map(\.input)).subtracting(head).sorted()
        self.formats = formats
        self.layouts = layouts
        layers = graph.layers.map(\.withoutNumbers)
        output = graph.output
    }

    /// The steps with those of `block` made one.
    private static func joined(_ steps: [PlannedStep], _ block: Range<Int>) -> [PlannedStep] {
        let members = steps.filter { block.contains($0.layer) }
        let layers = members.compactMap { $0.step as? any RowStep }
        let preparations = members.map(\.step).filter { !($0 is any RowStep) }
        guard layers.count == block.count,
            let place = steps.firstIndex(where: { block.contains($0.layer) })
        else { return steps }
        var rest = steps.filter { !block.contains($0.layer) }
        let step = BlockStep(layers, preparations: preparations, cacheBytes: 512 << 10)
        rest.insert(PlannedStep(layer: block.upperBound - 1, step: step), at: place)
        return rest
    }

    /// The values that exist for every image of a batch: what the head reads and writes.
    var batched: [Int] { collected + head.map(\.layer) }

    /// Bytes of the batched values.
    func headBytes(batch: Int) -> Int {
        batched.reduce(0) { $0 + batchedBytes($1, batch: batch) }
    }

    /// Bytes of one batched value.
    func batchedBytes(_ layer: Int, batch: Int) -> Int {
        (batch * layers[layer].shape.count * MemoryLayout<Float>.stride + 63) & ~63
    }
}

extension Layer {
    /// The same layer without its weights, which are packed elsewhere by now.
    fileprivate var withoutNumbers: Layer {
        var layer = self
        switch kind {
        case .convolution(var convolution):
            convolution.weights = []
            layer.kind = .convolution(convolution)
        case .linear(var linear):
            linear.weights = []
            layer.kind = .linear(linear)
        default: break
        }
        return layer
    }
}
