import CKernels
import Networks

/// A convolution's weights in the order its kernel reads them, with scales and offsets.
///
/// Written by the initialiser, read by every stream; hence `@unchecked`.
final class PackedConvolution: @unchecked Sendable {
    /// The kernel's own description, which points into this object's memory.
    let layer: UnsafePointer<convolve_layer>

    private let groups: UnsafeMutablePointer<convolve_group>
    private var buffers: [Packed] = []

    init(_ layer: ConvolutionLayer, _ values: ConvolutionValues) throws(InferenceError) {
        let plan = ConvolutionBlocks(
            channels: layer.geometry.channels, inputs: values.inputLayout.shape.channels,
            groups: layer.geometry.groups)
        let weights = ConvolutionWeights(layer, values.inputFormat)
        let epilogue = Epilogue(layer, weights, values)
        let scale = try Packed(epilogue.scale.inBlocks)
        let bias = try Packed(epilogue.bias.inBlocks)
        buffers = [scale, bias]
        groups = .allocate(capacity: plan.parts.count)
        let taps = Taps(layer.geometry, values.inputLayout)
        for (index, part) in plan.parts.enumerated() {
            let offsets = try taps.offsets(of: part)
            let packed = try weights.packed(part, taps)
            buffers += [offsets, packed]
            groups[index] = convolve_group(
                first_block: Int32(part.blocks.lowerBound), blocks: Int32(part.blocks.count),
                ends_in_half: part.endsInHalf ? 1 : 0, taps: Int32(offsets.bytes / 4),
                offsets: UnsafePointer(offsets.address.assumingMemoryBound(to: Int32.self)),
                weights: packed.address)
        }
        let address = UnsafeMutablePointer<convolve_layer>.allocate(capacity: 1)
        address.initialize(
            to: convolve_layer(
                element: values.inputFormat.element.code, granules: Int32(taps.granulesAtOnce),
                groups: Int32(plan.parts.count), group: groups, scale: scale.floats(),
                bias: bias.floats(), residual_scale: epilogue.residualScale,
                clamps: epilogue.clamp == .none ? 0 : 1, low: epilogue.clamp.low,
                high: epilogue.clamp.high))
        self.layer = UnsafePointer(address)
    }

    deinit {
        layer.deallocate()
        groups.deallocate()
    }
}
