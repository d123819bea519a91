import CKernels
import Networks

/// How one image's map lies in memory: `[block][row][column][16]`, with a border.
///
/// A thin map has one block of four numbers a pixel: the image itself, three channels and a gap.
struct MapLayout: Sendable {
    let shape: Shape
    let element: Element
    /// Rows and columns of zeros around the picture.
    let border: Padding
    /// Numbers of a pixel in a block; 16, or 4 in a thin map.
    let lanes: Int
    /// Bytes from one block to the next.
    let blockBytes: Int

    init(_ shape: Shape, _ element: Element, border: Padding, isThin: Bool = false) {
        self.shape = shape
        self.element = element
        self.border = border
        lanes = isThin ? 4 : Int(KERNEL_LANES)
        let row = (shape.width + border.left + border.right) * lanes * element.bytes
        let plane = row * (shape.height + border.top + border.bottom)
        // Planes an odd number of cache lines apart meet different sets of the first-level cache.
        let lines = (plane + 63) / 64
        blockBytes = lines == 1 || !lines.isMultiple(of: 2) ? lines * 64 : (lines + 1) * 64
    }

    /// Blocks of channels.
    var blocks: Int { (shape.channels + lanes - 1) / lanes }
    /// Bytes of a pixel in a block.
    var pixelBytes: Int { lanes * element.bytes }
    /// Bytes from one row to the next.
    var rowBytes: Int { (shape.width + border.left + border.right) * pixelBytes }
    /// Bytes of the whole map, and of what kernels may read behind it.
    var bytes: Int { blocks * blockBytes + Int(KERNEL_SLACK) }
    /// Bytes from the beginning to the first pixel inside the border.
    var origin: Int { border.top * rowBytes + border.left * pixelBytes }
    /// Bytes behind a block's last row.
    var gap: Int { blockBytes - rowBytes * (shape.height + border.top + border.bottom) }

    /// All pixels.
    var window: kernel_window {
        kernel_window(width: Int32(shape.width), first_row: 0, end_row: Int32(shape.height))
    }

    /// The place of the first pixel of a map that begins at `address`; the next image's is `image`
    /// bytes on.
    func place(at address: UnsafeMutableRawPointer, image: Int) -> kernel_place {
        kernel_place(
            data: (address + origin).assumingMemoryBound(to: UInt8.self), row: rowBytes,
            column: pixelBytes, block: blockBytes, image: image)
    }
}
