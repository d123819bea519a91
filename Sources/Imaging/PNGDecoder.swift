import CSPNG

/// Turns PNG files into packed 8-bit RGB.
struct PNGDecoder {
    let limits: ImageLimits

    /// Decodes one picture; of an animation, the one that every PNG reader shows.
    func decode(_ bytes: UnsafeRawBufferPointer) throws(ImageError) -> StoredPicture {
        let chunks = try PNGChunks(bytes)
        guard let context = spng_ctx_new(0) else { throw .noMemory("libspng could not be set up") }
        defer { spng_ctx_free(context) }
        let image = try chunks.picture.withUnsafeBufferPointer { file throws(ImageError) in
            try decode(file, in: context)
        }
        let exif = chunks.exif.map {
            Orientation(exif: UnsafeRawBufferPointer(rebasing: bytes[$0]))
        }
        return StoredPicture(image: image, orientation: exif ?? .upright)
    }

    private func decode(
        _ file: UnsafeBufferPointer<UInt8>, in context: OpaquePointer
    ) throws(ImageError) -> RGBImage {
        try check(spng_set_png_buffer(context, file.baseAddress, file.count))
        var header = spng_ihdr()
        try check(spng_get_ihdr(context, &header))
        let (width, height) = (Int(header.width), Int(header.height))
        try limits.admit(width: width, height: height)

        // 16-bit grey is the one kind of which Pillow does not take the upper byte: it clips.
        let isDeepGrey =
            header.color_type == SPNG_COLOR_TYPE_GRAYSCALE.rawValue
            && header.bit_depth == 16
        let format = CInt(isDeepGrey ? SPNG_FMT_PNG.rawValue : SPNG_FMT_RGB8.rawValue)
        let size = width * height * (isDeepGrey ? 2 : 3)
        var status = CInt(0)
        let pixels = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            status = spng_decode_image(context, buffer.baseAddress, size, format, 0)
            count = status == 0 ? size : 0
        }
        try check(status)
        // The checksum of the last chunk of pixels is compared when the next one is read.
        try check(spng_decode_chunks(context))
        return RGBImage(
            width: width, height: height, pixels: isDeepGrey ? Self.clipped(pixels) : pixels)
    }

    /// 16-bit grey, in the byte order of this machine, to RGB: everything from 255 up is white.
    private static func clipped(_ grey: [UInt8]) -> [UInt8] {
        let count = grey.count / 2
        return [UInt8](unsafeUninitializedCapacity: count * 3) { pixels, initialized in
            grey.withUnsafeBytes { grey in
                for i in 0..<count {
                    let value = grey.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self)
                    for channel in 0..<3 { pixels[3 * i + channel] = UInt8(clamping: value) }
                }
            }
            initialized = count * 3
        }
    }

    /// The one place a libspng status becomes an error.
    private func check(_ status: CInt) throws(ImageError) {
        guard status != 0 else { return }
        let message = String(cString: spng_strerror(status))
        switch spng_errno(status) {
        case SPNG_IO_EOF, SPNG_EIDAT_TOO_SHORT: throw .truncated(message)
        case SPNG_EMEM: throw .noMemory(message)
        default: throw .undecodable(message)
        }
    }
}
