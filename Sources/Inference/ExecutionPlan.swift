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
    /// For one image at a time.
    let steps: [PlannedStep]
    /// After them, for all images of a batch.
    let lateSteps: [PlannedStep]
    /// Bytes that a step may use while it runs.
    let scratchBytes: Int
    /// Last, for the batch.
    let head: [PlannedHead]
    /// Values of the trunk that the head reads, or the output itself.
    let collected: [Int]

    init(
        _ lowered: LayerGraph, _ arithmetic: Arithmetic, isa: kernel_isa?, inBlocks: Bool,
        batch: Int
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
        let together = graph.together(elements, strips: blocks, batch: batch)
        memory = MemoryPlan(graph, layouts, placement, blocks: blocks, together: together)
        let compiler = StepCompiler(
            graph: graph, formats: formats, layouts: layouts, placement: placement, isa: isa,
            together: (together, batch))
        var steps: [PlannedStep] = []
        var heads: [PlannedHead] = []
        for index in graph.layers.indices {
            if head.contains(index) {
                heads.append(
                    PlannedHead(
                        layer: index, input: graph.layers[index].inputs[0],
                        step: try compiler.headStep(
                            index, choice.headElement(graph.layers[index]))))
            } else {
                steps += try compiler.steps(index).map { PlannedStep(layer: index, step: $0) }
            }
        }
        for block in blocks { steps = Self.joined(steps, block) }
        self.steps = steps.filter { $0.layer < together }
        lateSteps = steps.filter { $0.layer >= together }
        scratchBytes = steps.map(\.step.scratchBytes).max() ?? 0
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

    /// The values that the head reads and writes.
    var batched: [Int] { collected + head.map(\.layer) }

    /// Bytes of a stream's workspace: what images share, what each has, scratch, the head's values.
    func bytes(batch: Int) -> Int {
        batched.reduce(headOffset(batch: batch)) { $0 + batchedBytes($1, batch: batch) }
    }

    /// The first byte of the scratch memory.
    func scratchOffset(batch: Int) -> Int { memory.sharedBytes + batch * memory.imageBytes }

    /// The first byte of the head's values.
    func headOffset(batch: Int) -> Int { scratchOffset(batch: batch) + ((scratchBytes + 63) & ~63) }

    /// Where each layer's map lies for each of a batch's images, in a workspace at `base`:
    /// `[batch, layers]`.
    func places(batch: Int, at base: UnsafeMutableRawPointer) -> [kernel_place] {
        (0..<batch).flatMap { image in
            layouts.indices.map { layer in
                guard memory.isOwn[layer] else {
                    return layouts[layer].place(at: base + memory.offsets[layer], image: 0)
                }
                let own = base + memory.sharedBytes + image * memory.imageBytes
                return layouts[layer].place(
                    at: own + memory.offsets[layer], image: memory.imageBytes)
            }
        }
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
