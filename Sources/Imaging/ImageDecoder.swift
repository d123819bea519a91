package import PipelineCore

/// Turns the bytes of a JPEG, PNG or WebP file into packed RGB, as Pillow's `convert("RGB")` does.
///
/// A decoder owns the codecs' handles, which keep their tables and scratch space from one picture to
/// the next. It is not thread safe: give each stream its own.
package struct ImageDecoder: ~Copyable {
    private let limits: ImageLimits
    private var jpeg: JPEGDecoder

    /// Throws ``ImageError/noMemory(_:)`` when a codec cannot be set up.
    package init(limits: ImageLimits = .standard) throws(ImageError) {
        self.limits = limits
        jpeg = try JPEGDecoder(limits: limits)
    }

    /// Decodes one file, its format chosen by its first bytes.
    ///
    /// Alpha is dropped, colour profiles are ignored, an animation gives its first frame. A damaged
    /// file that still gives its whole picture is returned with its ``RGBImage/warning``; a cut one
    /// is an error, since half of a picture has another label.
    ///
    /// - Parameters:
    ///   - bytes: The whole file.
    ///   - orient: Whether to turn the picture the way its EXIF data say, as Pillow's
    ///     `ImageOps.exif_transpose` does.
    ///   - mode: With `.fast`, a JPEG is decoded at a half, a quarter or an eighth of its size where
    ///     both its sides stay at least twice `shortSide`; smaller ones come out as with `.exact`.
    ///   - shortSide: The length of the shorter side that is needed, in pixels; nil for all there is.
    /// - Returns: The picture.
    /// - Throws: What keeps the file from giving one.
    package mutating func decode(
        _ bytes: UnsafeRawBufferPointer, orient: Bool, mode: DecodeMode, shortSide: Int?
    ) throws(ImageError) -> RGBImage {
        guard !bytes.isEmpty else { throw .empty }
        let picture =
            switch try ImageFormat(bytes) {
            case .jpeg: try jpeg.decode(bytes, mode: mode, shortSide: shortSide)
            case .png: try PNGDecoder(limits: limits).decode(bytes)
            case .webp: try WebPDecoder(limits: limits).decode(bytes)
            }
        return orient ? picture.image.turned(picture.orientation) : picture.image
    }
}

/// What a codec makes of a file: the pixels as stored, and how to turn them upright.
struct StoredPicture {
    var image: RGBImage
    var orientation: Orientation
}
