/// The order of a tensor's values in memory.
package enum PixelLayout: Sendable, Hashable, CaseIterable {
    /// Channels of a pixel side by side: [height, width, 3].
    case nhwc
    /// One channel after the other: [3, height, width].
    case nchw
}
