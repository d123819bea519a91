/// The formats that are decoded, told apart by their first bytes and never by a file's name.
enum ImageFormat {
    case jpeg
    case png
    case webp

    /// Recognises a file that is not empty.
    ///
    /// Throws ``ImageError/unsupported(_:)`` for formats known by name only,
    /// ``ImageError/truncated(_:)`` for a file that ends within a signature.
    init(_ bytes: UnsafeRawBufferPointer) throws(ImageError) {
        if bytes.has(Self.jpegSignature) {
            self = .jpeg
        } else if bytes.has(Self.pngSignature) {
            self = .png
        } else if bytes.has(Self.riffSignature), bytes.has(Array("WEBP".utf8), at: 8) {
            self = .webp
        } else if let stranger = Self.strangers.first(where: { $0.matches(bytes) }) {
            throw .unsupported(stranger.name)
        } else if bytes.isStart(of: Self.jpegSignature) || bytes.isStart(of: Self.pngSignature)
            || bytes.isStart(of: Self.riffSignature)
            || (bytes.count < 12 && bytes.has(Self.riffSignature))
        {
            throw .truncated("it ends within its signature, after \(bytes.count) bytes")
        } else {
            throw .unknownFormat(magic: bytes.opening)
        }
    }

    private static let jpegSignature: [UInt8] = [0xFF, 0xD8, 0xFF]
    private static let pngSignature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    private static let riffSignature = Array("RIFF".utf8)

    /// Formats worth a better answer than "unknown".
    private static let strangers = [
        Signature("GIF", "GIF8"),
        Signature("BMP", "BM"),
        Signature("TIFF", "II*\0"),
        Signature("TIFF", "MM\0*"),
        Signature("BigTIFF", "II+\0"),
        Signature("BigTIFF", "MM\0+"),
        Signature("AVIF", "ftypavif", at: 4),
        Signature("AVIF", "ftypavis", at: 4),
        Signature("HEIC", "ftyphei", at: 4),
        Signature("HEIC", "ftyphev", at: 4),
        Signature("HEIF", "ftypmif1", at: 4),
        Signature("HEIF", "ftypmsf1", at: 4),
        Signature("JPEG XL", "JXL ", at: 4),
        Signature("JPEG 2000", "jP  ", at: 4),
        Signature("PDF", "%PDF"),
        Signature("PSD", "8BPS"),
        Signature("SVG", "<svg"),
        Signature("SVG or other XML", "<?xml"),
    ]

    private struct Signature {
        let name: String
        let bytes: [UInt8]
        let offset: Int

        init(_ name: String, _ text: String, at offset: Int = 0) {
            self.name = name
            bytes = Array(text.utf8)
            self.offset = offset
        }

        func matches(_ file: UnsafeRawBufferPointer) -> Bool { file.has(bytes, at: offset) }
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func has(_ signature: [UInt8], at offset: Int = 0) -> Bool {
        count >= offset + signature.count && dropFirst(offset).starts(with: signature)
    }

    fileprivate func isStart(of signature: [UInt8]) -> Bool {
        count < signature.count && signature.starts(with: self)
    }

    /// The first eight bytes in hexadecimal.
    fileprivate var opening: String {
        prefix(8).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }
            .joined(separator: " ")
    }
}
