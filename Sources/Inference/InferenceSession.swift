import CKernels
package import Networks

/// Memory that the networks of one stream use one after the other.
package final class Workspace {
    let buffer: AlignedBuffer

    /// Sets aside enough for any of `networks`; throws ``InferenceError/noMemory(bytes:)``.
    package init(for networks: [CompiledNetwork]) throws(InferenceError) {
        buffer = try AlignedBuffer(bytes: networks.map(\.workspaceBytes).max() ?? 0)
    }
}

/// One stream's way of running a network: the shared weights over memory of its own.
///
/// A session belongs to one thread; its kernels are single-threaded. Sessions of one stream share
/// a ``Workspace``, so only one of them runs at a time, but each has its own ``input``. Images go
/// through the first layers one at a time, so that maps stay in the caches, and through the later
/// ones, whose weights are large, together.
package final class InferenceSession {
    /// The images, `[batch, height, width, channels]`, normalised; fill it before ``run()``.
    ///
    /// A slot that is not needed may hold any finite numbers: images do not see each other.
    package let input: UnsafeMutableBufferPointer<Float>

    private let network: CompiledNetwork
    private let workspace: Workspace
    private let images: AlignedBuffer
    /// `[batch, layers]`.
    private let places: [kernel_place]
    /// Where each batched value begins, `[batch, count]`.
    private let batched: [Int: UnsafeMutablePointer<Float>]

    /// Binds `network` to `workspace`, on the thread that will run it.
    package init(
        _ network: CompiledNetwork, in workspace: Workspace
    ) throws(InferenceError) {
        self.network = network
        self.workspace = workspace
        let plan = network.plan
        let count = network.batch * network.input.count
        images = try AlignedBuffer(bytes: count * MemoryLayout<Float>.stride)
        input = UnsafeMutableBufferPointer(start: images.floats(), count: count)
        places = plan.places(batch: network.batch, at: workspace.buffer.address)
        var batched: [Int: UnsafeMutablePointer<Float>] = [:]
        var offset = plan.headOffset(batch: network.batch)
        for layer in plan.batched {
            batched[layer] = workspace.buffer.floats(at: offset)
            offset += plan.batchedBytes(layer, batch: network.batch)
        }
        self.batched = batched
    }

    /// Classifies the first `count` images of ``input``: logits `[batch, classes]`.
    ///
    /// They stay where they are until a session of the same workspace runs again. Rows beyond
    /// `count` hold nothing of use.
    package func run(count: Int) -> UnsafeBufferPointer<Float> {
        let rows = min(max(count, 0), network.batch)
        runTrunk(0..<rows) { _, _ in }
        for planned in network.plan.head {
            guard let from = batched[planned.input], let to = batched[planned.layer] else {
                continue
            }
            planned.step.run(
                from, to, rows: rows, count: network.plan.layers[planned.input].shape.count)
        }
        return UnsafeBufferPointer(
            start: batched[network.plan.output], count: network.batch * network.classes)
    }

    /// Runs the first `count` images and hands out every value that is computed for them, by the
    /// node it belongs to, `[c, h, w]`; values that the head computes are left out.
    package func observe(count: Int, _ visit: (Node.ID, [Float]) -> Void) {
        let plan = network.plan
        runTrunk(0..<min(max(count, 0), network.batch)) { layer, rows in
            guard plan.formats[layer].element == .f32 else { return }
            for row in rows { visit(plan.layers[layer].node, map(layer, row).numbers) }
        }
    }

    /// Runs a whole batch's trunk, telling `visit` of each layer that is done and for which images.
    func watch(_ visit: (Int, Range<Int>) -> Void) { runTrunk(0..<network.batch, visit) }

    /// Sends the images `rows` through the trunk, telling `observe` of every layer that is done.
    private func runTrunk(_ rows: Range<Int>, _ observe: (Int, Range<Int>) -> Void) {
        let plan = network.plan
        for row in rows {
            run(plan.steps, row..<row + 1, observe)
            collect(row) { !plan.memory.isOwn[$0] }
        }
        run(plan.lateSteps, rows, observe)
        for row in rows { collect(row) { plan.memory.isOwn[$0] } }
    }

    private func run(
        _ steps: [ExecutionPlan.PlannedStep], _ rows: Range<Int>,
        _ observe: (Int, Range<Int>) -> Void
    ) {
        let layers = network.plan.layers.count
        places.withUnsafeBufferPointer { places in
            guard let base = places.baseAddress else { return }
            let frames = Frames(
                places: base + rows.lowerBound * layers, layers: layers,
                images: images.floats() + rows.lowerBound * network.input.count,
                imageCount: network.input.count,
                scratch: workspace.buffer.address
                    + network.plan.scratchOffset(batch: network.batch),
                count: rows.count)
            for (index, planned) in steps.enumerated() {
                planned.step.run(frames)
                let isLast = index + 1 == steps.count
                if isLast || steps[index + 1].layer != planned.layer {
                    observe(planned.layer, rows)
                }
            }
        }
    }

    /// Copies those values of image `row` that the head reads and `isWanted` picks.
    private func collect(_ row: Int, _ isWanted: (Int) -> Bool) {
        for layer in network.plan.collected where isWanted(layer) {
            guard let to = batched[layer] else { continue }
            map(layer, row).copy(to: to + row * network.plan.layers[layer].shape.count)
        }
    }

    private func map(_ layer: Int, _ row: Int) -> PlanarMap {
        let plan = network.plan
        return PlanarMap(
            layout: plan.layouts[layer], place: places[row * plan.layers.count + layer])
    }
}
