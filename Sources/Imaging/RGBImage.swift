/// A decoded photograph: packed 8-bit RGB, rows from the top, without padding.
package struct RGBImage: Sendable, Equatable {
    /// Columns, in pixels.
    package let width: Int
    /// Rows, in pixels.
    package let height: Int
    /// R, G and B of each pixel: [height, width, 3].
    package var pixels: [UInt8]
    /// What the decoder complained of, if the file was damaged and still gave a whole picture.
    package var warning: String?

    /// Takes over `pixels`, which hold `width * height * 3` bytes.
    package init(width: Int, height: Int, pixels: [UInt8], warning: String? = nil) {
        self.width = width
        self.height = height
        self.pixels = pixels
        self.warning = warning
    }
}
