/// Rows and columns of a kernel, a stride or a dilation.
package struct Extent: Sendable, Hashable {
    /// Rows.
    package var height: Int
    /// Columns.
    package var width: Int

    /// `height` rows and `width` columns.
    package init(_ height: Int, _ width: Int) {
        self.height = height
        self.width = width
    }

    /// As many rows as columns.
    package static func square(_ side: Int) -> Self { Self(side, side) }
}

extension Extent: CustomStringConvertible {
    package var description: String { "\(height)×\(width)" }
}

/// Numbers added at each edge of a feature map, in pixels.
package struct Padding: Sendable, Hashable {
    /// Above the first row.
    package var top: Int
    /// Before the first column.
    package var left: Int
    /// Below the last row.
    package var bottom: Int
    /// After the last column.
    package var right: Int

    /// Names each edge.
    package init(top: Int = 0, left: Int = 0, bottom: Int = 0, right: Int = 0) {
        self.top = top
        self.left = left
        self.bottom = bottom
        self.right = right
    }

    /// The same at all four edges.
    package static func even(_ all: Int) -> Self {
        Self(top: all, left: all, bottom: all, right: all)
    }
}

/// The windows of a pooling layer.
///
/// How many windows there are stands in the node's shape: the last ones may reach beyond the
/// padding.
package struct Pool: Sendable, Hashable {
    /// Rows and columns of a window.
    package var kernel: Extent
    /// Step from window to window.
    package var stride: Extent
    /// Pixels around the input that windows may reach over.
    package var padding: Padding

    /// Names every field.
    package init(kernel: Extent, stride: Extent, padding: Padding = .even(0)) {
        self.kernel = kernel
        self.stride = stride
        self.padding = padding
    }
}

/// Where a slice begins in its input.
package struct Offset: Sendable, Hashable {
    /// The first channel.
    package var channel: Int
    /// The first row.
    package var row: Int
    /// The first column.
    package var column: Int

    /// Names each axis.
    package init(channel: Int = 0, row: Int = 0, column: Int = 0) {
        self.channel = channel
        self.row = row
        self.column = column
    }
}
