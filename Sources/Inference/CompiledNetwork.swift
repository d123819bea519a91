import CKernels
package import Checkpoints
package import Networks

/// A network planned for this machine: weights packed once, ready to be shared by all streams.
///
/// Planning lowers the network onto its checkpoint, folds BatchNorm, fuses residuals and clamps,
/// chooses arithmetic and formats, lays out memory by lifetimes and packs each layer's weights.
/// Nothing changes afterwards.
package final class CompiledNetwork: Sendable {
    /// How many images one call classifies.
    package let batch: Int
    /// The extent of one input image.
    package let input: Shape
    /// The length of an image's logits.
    package let classes: Int

    let plan: ExecutionPlan

    /// How much workspace a stream needs for it, in bytes.
    package var workspaceBytes: Int { plan.bytes(batch: batch) }

    /// Plans `network` over the weights of `checkpoint` for calls of `batch` images.
    ///
    /// `arithmetic` says in what kind of number its layers compute, and brings the ranges that u8
    /// needs. `inBlocks` says whether layers may be computed together, strip by strip, so that values
    /// between them are never whole.
    package convenience init(
        _ network: Network, _ checkpoint: Checkpoint, batch: Int,
        arithmetic: Arithmetic = Arithmetic(), inBlocks: Bool = true
    ) throws(InferenceError) {
        let graph = try LayerGraph(network, checkpoint).simplified()
        try self.init(
            graph, network, batch: batch, arithmetic: arithmetic, isa: nil, inBlocks: inBlocks)
    }

    init(
        _ graph: LayerGraph, _ network: Network, batch: Int, arithmetic: Arithmetic,
        isa: kernel_isa?, inBlocks: Bool = true
    ) throws(InferenceError) {
        self.batch = max(batch, 1)
        input = network.input
        classes = network.classes
        plan = try ExecutionPlan(
            graph, arithmetic, isa: isa, inBlocks: inBlocks, batch: self.batch)
    }
}

/// In what kind of number a network's layers are computed.
package struct Arithmetic: Sendable, Hashable {
    /// The kind for every layer that has a kernel for it.
    package var element: Element
    /// Layers, by the node whose value they compute, that keep another kind.
    package var exceptions: [Node.ID: Element]
    /// The range of each node's value; u8 needs them, other kinds do not.
    package var ranges: [Node.ID: ValueRange]

    /// f32 throughout, unless said otherwise.
    package init(
        element: Element = .f32, exceptions: [Node.ID: Element] = [:],
        ranges: [Node.ID: ValueRange] = [:]
    ) {
        self.element = element
        self.exceptions = exceptions
        self.ranges = ranges
    }
}
