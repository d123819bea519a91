import CWebP

/// Turns WebP files into packed 8-bit RGB.
struct WebPDecoder {
    let limits: ImageLimits

    /// Decodes a still picture, or the first frame of an animation on its canvas.
    func decode(_ bytes: UnsafeRawBufferPointer) throws(ImageError) -> StoredPicture {
        var file = WebPData(
            bytes: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), size: bytes.count)
        var state = WEBP_DEMUX_PARSING_HEADER
        guard let container = WebPDemuxPartial(&file, &state) else {
            throw state == WEBP_DEMUX_PARSE_ERROR
                ? .undecodable("the WebP's chunks contradict each other")
                : .truncated("the WebP ends within its header")
        }
        defer { WebPDemuxDelete(container) }
        guard state == WEBP_DEMUX_DONE else {
            throw .truncated("the WebP is shorter than its header says")
        }
        let width = Int(WebPDemuxGetI(container, WEBP_FF_CANVAS_WIDTH))
        let height = Int(WebPDemuxGetI(container, WEBP_FF_CANVAS_HEIGHT))
        try limits.admit(width: width, height: height)

        var frame = WebPIterator()
        guard WebPDemuxGetFrame(container, 1, &frame) != 0 else {
            throw .undecodable("the WebP holds no frame")
        }
        defer { WebPDemuxReleaseIterator(&frame) }
        let image = try draw(frame, width: width, height: height)
        return StoredPicture(image: image, orientation: orientation(container))
    }

    /// A frame where it belongs on the canvas, which is black elsewhere.
    private func draw(
        _ frame: WebPIterator, width: Int, height: Int
    ) throws(ImageError) -> RGBImage {
        var settings = WebPDecoderConfig()
        guard WebPInitDecoderConfig(&settings) != 0 else {
            throw .noMemory("libwebp is of another version than this program was built for")
        }
        let rows = Int(frame.y_offset)..<Int(frame.y_offset) + Int(frame.height)
        let columns = Int(frame.x_offset)..<Int(frame.x_offset) + Int(frame.width)
        guard rows.lowerBound >= 0, rows.upperBound <= height, columns.lowerBound >= 0,
            columns.upperBound <= width
        else {
            throw .undecodable("the first frame lies outside of the WebP's canvas")
        }
        let stride = width * 3
        let start = rows.lowerBound * stride + columns.lowerBound * 3
        var status = VP8_STATUS_OK
        // Memory is touched as rows are decoded: a header alone must not cost its whole canvas.
        let pixels = [UInt8](unsafeUninitializedCapacity: height * stride) { canvas, count in
            settings.output.colorspace = MODE_RGB
            settings.output.is_external_memory = 1
            settings.output.u.RGBA.rgba = canvas.baseAddress.map { $0 + start }
            settings.output.u.RGBA.stride = CInt(stride)
            settings.output.u.RGBA.size = height * stride - start
            status = WebPDecode(frame.fragment.bytes, frame.fragment.size, &settings)
            guard status == VP8_STATUS_OK else { return }
            Self.blacken(canvas, stride: stride, height: height, outside: rows, columns)
            count = height * stride
        }
        try check(status)
        return RGBImage(width: width, height: height, pixels: pixels)
    }

    /// Fills what lies around a frame.
    private static func blacken(
        _ canvas: UnsafeMutableBufferPointer<UInt8>, stride: Int, height: Int,
        outside rows: Range<Int>, _ columns: Range<Int>
    ) {
        func fill(_ bytes: Range<Int>) {
            canvas[bytes].initialize(repeating: 0)
        }
        fill(0..<rows.lowerBound * stride)
        for row in rows {
            fill(row * stride..<row * stride + columns.lowerBound * 3)
            fill(row * stride + columns.upperBound * 3..<(row + 1) * stride)
        }
        fill(rows.upperBound * stride..<height * stride)
    }

    private func orientation(_ container: OpaquePointer) -> Orientation {
        var chunk = WebPChunkIterator()
        guard WebPDemuxGetChunk(container, "EXIF", 1, &chunk) != 0 else { return .upright }
        defer { WebPDemuxReleaseChunkIterator(&chunk) }
        return Orientation(
            exif: UnsafeRawBufferPointer(start: chunk.chunk.bytes, count: chunk.chunk.size))
    }

    /// The one place a libwebp status becomes an error.
    private func check(_ status: VP8StatusCode) throws(ImageError) {
        switch status {
        case VP8_STATUS_OK: return
        case VP8_STATUS_OUT_OF_MEMORY: throw .noMemory("libwebp found no memory")
        case VP8_STATUS_SUSPENDED, VP8_STATUS_NOT_ENOUGH_DATA:
            throw .truncated("the WebP's picture stops before its last row")
        case VP8_STATUS_UNSUPPORTED_FEATURE: throw .unsupported("this kind of WebP")
        default: throw .undecodable("libwebp reports status \(status.rawValue) (bitstream error)")
        }
    }
}
