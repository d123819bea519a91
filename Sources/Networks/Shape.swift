/// The extent of one image's feature map, without the batch: `[channels, height, width]`.
///
/// A vector, such as pooled features or logits, has height and width 1; a sequence of tokens has
/// height 1.
package struct Shape: Sendable, Hashable {
    /// Feature maps.
    package var channels: Int
    /// Rows.
    package var height: Int
    /// Columns.
    package var width: Int

    /// A feature map of that extent.
    package init(channels: Int, height: Int, width: Int) {
        self.channels = channels
        self.height = height
        self.width = width
    }

    /// How many numbers one image's map holds.
    package var count: Int { channels * height * width }
}

extension Shape: CustomStringConvertible {
    package var description: String { "\(channels)×\(height)×\(width)" }
}
