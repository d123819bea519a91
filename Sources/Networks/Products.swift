/// A cross-correlation, possibly in groups; depthwise where `groups` equals the input's channels.
package struct Convolution: Sendable, Hashable {
    /// Output channels.
    package var channels: Int
    /// Rows and columns of the kernel.
    package var kernel: Extent
    /// Step between output positions.
    package var stride: Extent
    /// Step between the input positions that one kernel reads; 1 where it has no holes.
    package var dilation: Extent
    /// Zeros around the input.
    package var padding: Padding
    /// Groups of channels that do not see each other; divides input and output channels.
    package var groups: Int
    /// Name of the weights, `[channels, input channels / groups, kernel height, kernel width]`.
    package var weight: String
    /// Name of the bias, `[channels]`; nil where there is none.
    package var bias: String?

    /// Names every field that has no usual value.
    package init(
        channels: Int, kernel: Extent, stride: Extent = .square(1), dilation: Extent = .square(1),
        padding: Padding = .even(0), groups: Int = 1, weight: String, bias: String? = nil
    ) {
        self.channels = channels
        self.kernel = kernel
        self.stride = stride
        self.dilation = dilation
        self.padding = padding
        self.groups = groups
        self.weight = weight
        self.bias = bias
    }
}

/// `W x + b`.
package struct Linear: Sendable, Hashable {
    /// Length of the output.
    package var channels: Int
    /// Name of `W`, `[channels, input count]`, or `[channels, input channels]` where it is applied
    /// to each position.
    package var weight: String
    /// Name of `b`, `[channels]`; nil where there is none.
    package var bias: String?

    /// Names every field.
    package init(channels: Int, weight: String, bias: String? = nil) {
        self.channels = channels
        self.weight = weight
        self.bias = bias
    }
}
