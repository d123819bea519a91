import CDNNL
import COpenBLAS
import Networks

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
/// a ``Workspace``, so only one of them runs at a time, but each has its own ``input``.
package final class InferenceSession {
    /// The images, `[batch, height, width, channels]`, normalised; fill it before ``run()``.
    ///
    /// A slot that is not needed may hold any finite numbers: images do not see each other.
    package let input: UnsafeMutableBufferPointer<Float>

    private let network: CompiledNetwork
    private let workspace: Workspace
    private let images: AlignedBuffer
    private let stream: DNNLStream
    private var calls: [DNNLCall?] = []

    /// Binds `network` to `workspace`, on the thread that will run it.
    package init(
        _ network: CompiledNetwork, in workspace: Workspace
    ) throws(InferenceError) {
        self.network = network
        self.workspace = workspace
        let count = network.batch * network.input.count
        images = try AlignedBuffer(bytes: count * MemoryLayout<Float>.stride)
        input = UnsafeMutableBufferPointer(start: images.floats(), count: count)
        input.update(repeating: 0)
        stream = try DNNLStream(network.engine)
        Threads.limitToOne()
        for (index, step) in network.steps.enumerated() {
            guard case .convolution(let convolution) = step else {
                calls.append(nil)
                continue
            }
            calls.append(
                try convolution.bound(
                    from: address(of: network.graph.layers[index].inputs[0]),
                    to: address(of: index),
                    scratch: workspace.buffer.address + network.scratchOffset))
        }
    }

    /// Classifies the batch in ``input``: logits `[batch, classes]`.
    ///
    /// They stay where they are until a session of the same workspace runs again.
    package func run() throws(InferenceError) -> UnsafeBufferPointer<Float> {
        for (index, step) in network.steps.enumerated() { try run(step, index) }
        return UnsafeBufferPointer(
            start: floats(of: network.graph.output), count: network.batch * network.classes)
    }

    private func run(_ step: Step, _ index: Int) throws(InferenceError) {
        let inputs = network.graph.layers[index].inputs
        let output = floats(of: index)
        switch step {
        case .input:
            break
        case .convolution:
            try calls[index]?.run(on: stream)
        case .linear(let kernel):
            kernel.run(floats(of: inputs[0]), output)
        case .averagePool(let positions, let channels):
            PlainKernels.averagePool(
                floats(of: inputs[0]), output, batch: network.batch, positions: positions,
                channels: channels)
        case .add(let count):
            PlainKernels.add(floats(of: inputs[0]), floats(of: inputs[1]), output, count: count)
        case .activation(let activation, let count):
            PlainKernels.activate(activation, floats(of: inputs[0]), output, count: count)
        case .scaleShift(let norm, let positions):
            PlainKernels.scaleShift(norm, floats(of: inputs[0]), output, positions: positions)
        }
    }

    private func address(of layer: Int) -> UnsafeMutableRawPointer {
        layer == 0 ? images.address : workspace.buffer.address + network.memory.offsets[layer]
    }

    private func floats(of layer: Int) -> UnsafeMutablePointer<Float> {
        address(of: layer).assumingMemoryBound(to: Float.self)
    }
}

/// Keeps the libraries' own threads out: a stream is one thread, and so are its kernels.
enum Threads {
    static func limitToOne() {
        omp_set_num_threads(1)
        openblas_set_num_threads(1)
    }
}
