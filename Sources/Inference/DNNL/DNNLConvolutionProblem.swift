import CDNNL
import Networks

/// A convolution as it is put to oneDNN: geometry, formats, and what is fused into it.
final class DNNLConvolutionProblem {
    let source: dnnl_memory_desc_t
    let target: dnnl_memory_desc_t
    let bias: dnnl_memory_desc_t
    let implementation: String

    private let layer: ConvolutionLayer
    private let engine: DNNLEngine
    private let descriptor: dnnl_primitive_desc_t
    /// The weights as a checkpoint holds them, row-major.
    private let plain: dnnl_memory_desc_t

    init(
        _ layer: ConvolutionLayer, input: Shape, output: Shape, batch: Int, _ engine: DNNLEngine
    ) throws(InferenceError) {
        self.layer = layer
        self.engine = engine
        let geometry = layer.geometry
        source = try describe(map(batch, input), dnnl_nhwc)
        target = try describe(map(batch, output), dnnl_nhwc)
        bias = try describe([geometry.channels], dnnl_x)
        let dims = Self.weightDims(geometry, input: input)
        plain = try describe(dims, geometry.groups > 1 ? dnnl_goihw : dnnl_oihw)
        let packed = try describe(dims, dnnl_format_tag_any)

        let attributes = try Self.attributes(of: layer)
        defer { dnnl_primitive_attr_destroy(attributes) }
        var operation = try Self.operation(
            geometry, source: source, weights: packed, bias: bias, target: target)
        var descriptor: dnnl_primitive_desc_t?
        try check(
            dnnl_primitive_desc_create(&descriptor, &operation, attributes, engine.handle, nil),
            "plan a \(geometry.kernel) convolution of \(input)")
        guard let descriptor else {
            throw .kernel(operation: "plan a convolution", status: "no handle")
        }
        self.descriptor = descriptor
        var name: UnsafePointer<CChar>?
        dnnl_primitive_desc_query(descriptor, dnnl_query_impl_info_str, 0, &name)
        implementation = name.map { String(cString: $0) } ?? "unknown"
    }

    deinit { dnnl_primitive_desc_destroy(descriptor) }

    /// The format oneDNN chose for weights, or its scratch memory.
    func query(_ what: dnnl_query_t) -> dnnl_memory_desc_t {
        dnnl_primitive_desc_query_md(descriptor, what, 0)?.pointee ?? dnnl_memory_desc_t()
    }

    func makePrimitive() throws(InferenceError) -> dnnl_primitive_t {
        var primitive: dnnl_primitive_t?
        try check(dnnl_primitive_create(&primitive, descriptor), "compile a convolution")
        guard let primitive else {
            throw .kernel(operation: "compile a convolution", status: "no handle")
        }
        return primitive
    }

    /// Reorders row-major weights into `packed`'s format.
    func pack(_ weights: [Float], into packed: DNNLMemory) throws(InferenceError) {
        let plainBuffer = try AlignedBuffer(bytes: weights.count * 4)
        plainBuffer.floats().update(from: weights, count: weights.count)
        var (from, to) = (plain, query(dnnl_query_weights_md))
        let memory = try DNNLMemory(&from, engine, at: plainBuffer.address)
        var descriptor: dnnl_primitive_desc_t?
        try check(
            dnnl_reorder_primitive_desc_create(
                &descriptor, &from, engine.handle, &to, engine.handle, nil), "plan a reorder")
        defer { dnnl_primitive_desc_destroy(descriptor) }
        var primitive: dnnl_primitive_t?
        try check(dnnl_primitive_create(&primitive, descriptor), "compile a reorder")
        guard let primitive else {
            throw .kernel(operation: "compile a reorder", status: "no handle")
        }
        defer { dnnl_primitive_destroy(primitive) }
        let stream = try DNNLStream(engine)
        try DNNLCall(primitive, [(DNNL_ARG_FROM, memory), (DNNL_ARG_TO, packed)], keeping: nil)
            .run(on: stream)
        try check(dnnl_stream_wait(stream.handle), "pack weights")
    }

    private static func weightDims(_ geometry: Convolution, input: Shape) -> [Int] {
        let (groups, kernel) = (geometry.groups, geometry.kernel)
        let dims = [
            geometry.channels / groups, input.channels / groups, kernel.height, kernel.width,
        ]
        return groups > 1 ? [groups] + dims : dims
    }

    private static func operation(
        _ geometry: Convolution, source: dnnl_memory_desc_t, weights: dnnl_memory_desc_t,
        bias: dnnl_memory_desc_t, target: dnnl_memory_desc_t
    ) throws(InferenceError) -> dnnl_convolution_desc_t {
        var (source, weights, bias, target) = (source, weights, bias, target)
        var operation = dnnl_convolution_desc_t()
        let padding = geometry.padding
        try check(
            dnnl_dilated_convolution_forward_desc_init(
                &operation, dnnl_forward_inference, dnnl_convolution_direct,
                &source, &weights, &bias, &target,
                [Int64(geometry.stride.height), Int64(geometry.stride.width)],
                [Int64(geometry.dilation.height - 1), Int64(geometry.dilation.width - 1)],
                [Int64(padding.top), Int64(padding.left)],
                [Int64(padding.bottom), Int64(padding.right)]),
            "describe a convolution")
        return operation
    }

    /// What happens to the result before it is stored: residual first, then activation.
    private static func attributes(
        of layer: ConvolutionLayer
    ) throws(InferenceError) -> dnnl_primitive_attr_t {
        var attributes: dnnl_primitive_attr_t?
        try check(dnnl_primitive_attr_create(&attributes), "describe a fusion")
        guard let attributes else {
            throw .kernel(operation: "describe a fusion", status: "no handle")
        }
        try check(
            dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user),
            "choose scratch memory")
        var operations: dnnl_post_ops_t?
        try check(dnnl_post_ops_create(&operations), "describe a fusion")
        defer { dnnl_post_ops_destroy(operations) }
        if layer.addsResidual {
            try check(dnnl_post_ops_append_sum(operations, 1), "fuse a residual")
        }
        switch layer.activation {
        case .relu:
            try check(
                dnnl_post_ops_append_eltwise(operations, 1, dnnl_eltwise_relu, 0, 0), "fuse ReLU")
        case .relu6:
            try check(
                dnnl_post_ops_append_eltwise(operations, 1, dnnl_eltwise_clip, 0, 6), "fuse ReLU6")
        case let activation?:
            throw .unsupported(operation: activation.description)
        case nil:
            break
        }
        try check(dnnl_primitive_attr_set_post_ops(attributes, operations), "fuse")
        return attributes
    }
}

private func map(_ batch: Int, _ shape: Shape) -> [Int] {
    [batch, shape.channels, shape.height, shape.width]
}

private func describe(
    _ dims: [Int], _ format: dnnl_format_tag_t
) throws(InferenceError) -> dnnl_memory_desc_t {
    var descriptor = dnnl_memory_desc_t()
    try check(
        dnnl_memory_desc_init_by_tag(
            &descriptor, CInt(dims.count), dims.map(Int64.init), dnnl_f32, format),
        "describe a tensor of \(dims)")
    return descriptor
}
