import CDNNL
import Networks

/// A convolution compiled by oneDNN for one batch size, its weights packed as the code wants them.
///
/// Feature maps are channels-last, `[n, h, w, c]`. The bias, the residual and the activation are
/// applied before the result is stored. Shared by all streams: each brings its own memory.
final class DNNLConvolution: @unchecked Sendable {
    /// What oneDNN chose, in its own words, such as `jit_1x1:avx512_core`.
    let implementation: String
    /// How much scratch memory a call needs, in bytes.
    let scratchBytes: Int

    private let engine: DNNLEngine
    private let primitive: dnnl_primitive_t
    private let weights: DNNLMemory
    private let bias: DNNLMemory
    private let buffers: [AlignedBuffer]
    private var source: dnnl_memory_desc_t
    private var target: dnnl_memory_desc_t
    private var scratch: dnnl_memory_desc_t

    init(
        _ layer: ConvolutionLayer, input: Shape, output: Shape, batch: Int, _ engine: DNNLEngine
    ) throws(InferenceError) {
        let problem = try DNNLConvolutionProblem(
            layer, input: input, output: output, batch: batch, engine)
        self.engine = engine
        implementation = problem.implementation
        source = problem.source
        target = problem.target
        scratch = problem.query(dnnl_query_scratchpad_md)
        scratchBytes = dnnl_memory_desc_get_size(&scratch)

        var packed = problem.query(dnnl_query_weights_md)
        let packedBuffer = try AlignedBuffer(bytes: dnnl_memory_desc_get_size(&packed))
        weights = try DNNLMemory(&packed, engine, at: packedBuffer.address)
        try problem.pack(layer.weights, into: weights)
        let biasBuffer = try AlignedBuffer(bytes: layer.bias.count * 4)
        biasBuffer.floats().update(from: layer.bias, count: layer.bias.count)
        var biasDescriptor = problem.bias
        bias = try DNNLMemory(&biasDescriptor, engine, at: biasBuffer.address)
        buffers = [packedBuffer, biasBuffer]
        primitive = try problem.makePrimitive()
    }

    deinit { dnnl_primitive_destroy(primitive) }

    /// The convolution over one stream's memory.
    func bound(
        from input: UnsafeMutableRawPointer, to output: UnsafeMutableRawPointer,
        scratch area: UnsafeMutableRawPointer
    ) throws(InferenceError) -> DNNLCall {
        let source = try DNNLMemory(&self.source, engine, at: input)
        let target = try DNNLMemory(&self.target, engine, at: output)
        let scratch = try DNNLMemory(&self.scratch, engine, at: area)
        return DNNLCall(
            primitive,
            [
                (DNNL_ARG_SRC, source), (DNNL_ARG_WEIGHTS, weights), (DNNL_ARG_BIAS, bias),
                (DNNL_ARG_DST, target), (DNNL_ARG_SCRATCHPAD, scratch),
            ], keeping: self)
    }
}

/// A primitive with the memory it works on.
final class DNNLCall {
    private let primitive: dnnl_primitive_t
    private let arguments: [dnnl_exec_arg_t]
    private let memories: [DNNLMemory]
    private let owner: DNNLConvolution?

    init(
        _ primitive: dnnl_primitive_t, _ memories: [(CInt, DNNLMemory)],
        keeping owner: DNNLConvolution?
    ) {
        self.primitive = primitive
        self.memories = memories.map(\.1)
        self.owner = owner
        arguments = memories.map { dnnl_exec_arg_t(arg: $0.0, memory: $0.1.handle) }
    }

    func run(on stream: DNNLStream) throws(InferenceError) {
        try check(
            dnnl_primitive_execute(primitive, stream.handle, CInt(arguments.count), arguments),
            "run a layer")
    }
}
