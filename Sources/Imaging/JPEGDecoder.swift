import CTurboJPEG
import PipelineCore

/// Turns JPEG files into packed 8-bit RGB.
///
/// A decoder owns one libjpeg-turbo reader. Being noncopyable, it has one owner, and the reader is
/// freed when that owner lets go.
struct JPEGDecoder: ~Copyable {
    private let reader: UnsafeMutablePointer<jpeg_reader>
    private let limits: ImageLimits

    init(limits: ImageLimits) throws(ImageError) {
        guard let reader = jpeg_reader_create(CInt(clamping: limits.maximumScans)) else {
            throw .noMemory("libjpeg-turbo could not be set up")
        }
        self.reader = reader
        self.limits = limits
    }

    deinit { jpeg_reader_free(reader) }

    /// Decodes one picture, with the accurate inverse transform and smooth chroma: what is cheaper was
    /// measured to save three percent of a small photograph's time, most of which is Huffman decoding.
    mutating func decode(
        _ bytes: UnsafeRawBufferPointer, mode: DecodeMode, shortSide: Int?
    ) throws(ImageError) -> StoredPicture {
        defer { jpeg_reader_close(reader) }
        try check(
            jpeg_reader_open(
                reader, bytes.baseAddress, bytes.count, limits.maximumWorkingMemory))
        try limits.admit(
            width: Int(reader.pointee.codec.image_width),
            height: Int(reader.pointee.codec.image_height))
        let orientation = orientation
        let channels = try chooseOutput(mode: mode, shortSide: shortSide)
        try check(jpeg_reader_measure(reader))

        let width = Int(reader.pointee.codec.output_width)
        let height = Int(reader.pointee.codec.output_height)
        var outcome = JPEG_OUTCOME_DONE
        let size = width * height * channels
        var pixels = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            outcome = jpeg_reader_decode(reader, buffer.baseAddress, width * channels)
            count = outcome == JPEG_OUTCOME_DONE ? size : 0
        }
        try check(outcome)
        if channels == 4 { Self.mixInks(&pixels) }

        let image = RGBImage(width: width, height: height, pixels: pixels, warning: warning)
        return StoredPicture(image: image, orientation: orientation)
    }

    /// Sets up colour and scale; returns the channels of the output.
    private func chooseOutput(mode: DecodeMode, shortSide: Int?) throws(ImageError) -> Int {
        guard reader.pointee.codec.arith_code == 0 else {
            throw .unsupported("arithmetic coding in a JPEG")
        }
        let components = reader.pointee.codec.num_components
        switch components {
        case 1, 3: reader.pointee.codec.out_color_space = JCS_RGB
        case 4: reader.pointee.codec.out_color_space = JCS_CMYK
        default: throw .unsupported("a JPEG of \(components) components")
        }
        reader.pointee.codec.dct_method = JDCT_ISLOW
        if mode == .fast {
            reader.pointee.codec.scale_num = UInt32(eighths(keeping: shortSide))
            reader.pointee.codec.scale_denom = 8
        }
        return components == 4 ? 4 : 3
    }

    /// The smallest of the scales 1/8, 2/8, 4/8 and 8/8 that leaves twice the sides that are needed.
    private func eighths(keeping shortSide: Int?) -> Int {
        guard let shortSide else { return 8 }
        let side = Int(min(reader.pointee.codec.image_width, reader.pointee.codec.image_height))
        return [1, 2, 4].first { side * $0 / 16 >= shortSide } ?? 8
    }

    /// CMYK to RGB in place, as Pillow does it: Adobe's convention of inverted inks, no profile.
    private static func mixInks(_ pixels: inout [UInt8]) {
        let count = pixels.count / 4
        pixels.withUnsafeMutableBufferPointer { bytes in
            for i in 0..<count {
                let white = Int(bytes[4 * i + 3])
                for channel in 0..<3 {
                    let ink = (255 - Int(bytes[4 * i + channel])) * white + 128
                    bytes[3 * i + channel] = UInt8(white - (((ink >> 8) + ink) >> 8))
                }
            }
        }
        pixels.removeLast(count)
    }

    private var warning: String? {
        reader.pointee.errors.num_warnings == 0 ? nil : message
    }

    /// The orientation in the first APP1 marker that holds EXIF data.
    private var orientation: Orientation {
        var next = reader.pointee.codec.marker_list
        while let marker = next?.pointee {
            let bytes = UnsafeRawBufferPointer(start: marker.data, count: Int(marker.data_length))
            if bytes.starts(with: [0x45, 0x78, 0x69, 0x66, 0, 0]) {
                return Orientation(exif: bytes)
            }
            next = marker.next
        }
        return .upright
    }

    private var message: String {
        withUnsafeBytes(of: reader.pointee.message) { text in
            String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    /// The one place an outcome becomes an error.
    private func check(_ outcome: jpeg_outcome) throws(ImageError) {
        switch outcome {
        case JPEG_OUTCOME_DONE: return
        case JPEG_OUTCOME_TRUNCATED: throw .truncated("the JPEG stops before its last row")
        case JPEG_OUTCOME_TOO_MANY_SCANS: throw .tooManyScans(limit: limits.maximumScans)
        default: break
        }
        switch J_MESSAGE_CODE(UInt32(reader.pointee.failure)) {
        case JERR_SOF_UNSUPPORTED, JERR_BAD_PRECISION, JERR_CONVERSION_NOTIMPL, JERR_NOTIMPL,
            JERR_FRACT_SAMPLE_NOTIMPL, JERR_CCIR601_NOTIMPL:
            throw .unsupported("this kind of JPEG (\(message))")
        case JERR_OUT_OF_MEMORY, JERR_NO_BACKING_STORE:
            throw .noMemory(message)
        default:
            throw .undecodable(message)
        }
    }
}
