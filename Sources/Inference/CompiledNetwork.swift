package import Checkpoints
package import Networks

/// A network planned for this machine: weights packed once, ready to be shared by all streams.
///
/// Planning lowers the network onto its checkpoint, folds BatchNorm, fuses activations and
/// residuals, lays out memory by lifetimes and compiles each layer. Nothing changes afterwards.
package final class CompiledNetwork: Sendable {
    /// How many images one call classifies.
    package let batch: Int
    /// The extent of one input image.
    package let input: Shape
    /// The length of an image's logits.
    package let classes: Int
    /// How much workspace a stream needs for it, in bytes.
    package let workspaceBytes: Int

    let engine: DNNLEngine
    let steps: [Step]
    let graph: LayerGraph
    let memory: MemoryPlan
    /// Where the layers' scratch memory begins in the workspace.
    let scratchOffset: Int

    /// Plans `network` over the weights of `checkpoint` for calls of `batch` images.
    package init(
        _ network: Network, _ checkpoint: Checkpoint, batch: Int
    ) throws(InferenceError) {
        let batch = max(batch, 1)
        var graph = try LayerGraph(network, checkpoint).folded().fused()
        let memory = MemoryPlan(graph, batch: batch)
        let engine = try DNNLEngine()
        var steps: [Step] = []
        var scratch = 0
        for index in graph.layers.indices {
            let step = try Step(graph, index, batch: batch, engine)
            if case .convolution(let convolution) = step {
                scratch = max(scratch, convolution.scratchBytes)
            }
            steps.append(step)
            graph.layers[index].kind = graph.layers[index].kind.withoutNumbers
        }
        self.batch = batch
        self.graph = graph
        self.memory = memory
        self.engine = engine
        self.steps = steps
        scratchOffset = memory.bytes
        workspaceBytes = memory.bytes + scratch
        input = network.input
        classes = network.classes
    }
}

/// A compiled layer.
enum Step: Sendable {
    case input
    case convolution(DNNLConvolution)
    case linear(LinearKernel)
    case averagePool(positions: Int, channels: Int)
    case add(count: Int)
    case activation(Activation, count: Int)
    case scaleShift(ScaleShift, positions: Int)

    init(
        _ graph: LayerGraph, _ index: Int, batch: Int, _ engine: DNNLEngine
    ) throws(InferenceError) {
        let layer = graph.layers[index]
        switch layer.kind {
        case .input:
            self = .input
        case .convolution(let convolution):
            let input = graph.layers[layer.inputs[0]].shape
            self = .convolution(
                try DNNLConvolution(
                    convolution, input: input, output: layer.shape, batch: batch, engine))
        case .linear(let linear):
            self = .linear(LinearKernel(layer: linear, batch: batch))
        case .globalAveragePool:
            let input = graph.layers[layer.inputs[0]].shape
            self = .averagePool(positions: input.height * input.width, channels: input.channels)
        case .add:
            self = .add(count: batch * layer.shape.count)
        case .activation(let activation):
            self = .activation(activation, count: batch * layer.shape.count)
        case .scaleShift(let norm):
            self = .scaleShift(norm, positions: batch * layer.shape.height * layer.shape.width)
        }
    }
}

extension Layer.Kind {
    /// The same layer without its weights, which are packed elsewhere by now.
    fileprivate var withoutNumbers: Layer.Kind {
        guard case .convolution(var layer) = self else { return self }
        layer.weights = []
        layer.bias = []
        return .convolution(layer)
    }
}
