import CKernels
import COpenBLAS
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
/// through the trunk one at a time, so that maps stay in the caches, and through the head together.
package final class InferenceSession {
    /// The images, `[batch, height, width, channels]`, normalised; fill it before ``run()``.
    ///
    /// A slot that is not needed may hold any finite numbers: images do not see each other.
    package let input: UnsafeMutableBufferPointer<Float>

    private let network: CompiledNetwork
    private let workspace: Workspace
    private let images: AlignedBuffer
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
        let base = workspace.buffer.address
        places = plan.layouts.indices.map { index in
            plan.layouts[index].place(at: base + plan.memory.offsets[index])
        }
        var batched: [Int: UnsafeMutablePointer<Float>] = [:]
        var offset = plan.memory.bytes
        for layer in plan.batched {
            batched[layer] = workspace.buffer.floats(at: offset)
            offset += plan.batchedBytes(layer, batch: network.batch)
        }
        self.batched = batched
        openblas_set_num_threads(1)
    }

    /// Classifies the first `count` images of ``input``: logits `[batch, classes]`.
    ///
    /// They stay where they are until a session of the same workspace runs again. Rows beyond
    /// `count` hold nothing of use.
    package func run(count: Int) -> UnsafeBufferPointer<Float> {
        let rows = min(max(count, 0), network.batch)
        for row in 0..<rows { runTrunk(row) { _ in } }
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
        for row in 0..<min(max(count, 0), network.batch) {
            runTrunk(row) { layer in
                guard plan.formats[layer].element == .f32 else { return }
                let map = PlanarMap(layout: plan.layouts[layer], place: places[layer])
                visit(plan.layers[layer].node, map.numbers)
            }
        }
    }

    /// Runs the first image's trunk, telling `visit` of each layer that is done.
    func watch(_ visit: (Int) -> Void) { runTrunk(0, visit) }

    /// Sends image `row` through the trunk, telling `observe` of every layer that is done.
    private func runTrunk(_ row: Int, _ observe: (Int) -> Void) {
        let plan = network.plan
        let image = images.floats() + row * network.input.count
        places.withUnsafeBufferPointer { places in
            guard let base = places.baseAddress else { return }
            let frame = Frame(places: base, image: image)
            for (index, planned) in plan.steps.enumerated() {
                planned.step.run(frame)
                let isLast = index + 1 == plan.steps.count
                if isLast || plan.steps[index + 1].layer != planned.layer {
                    observe(planned.layer)
                }
            }
        }
        for layer in plan.collected {
            guard let to = batched[layer] else { continue }
            PlanarMap(layout: plan.layouts[layer], place: places[layer])
                .copy(to: to + row * plan.layers[layer].shape.count)
        }
    }
}
