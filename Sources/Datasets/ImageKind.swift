/// Tells what may be an image from what is not, by name first and by first bytes where the name
/// does not tell.
///
/// Formats that cannot be decoded are images too: their rows say why they have no label, which is
/// better than a photograph missing in silence.
enum ImageKind {
    /// An image, by its name.
    case image
    /// Something else, by its name.
    case other
    /// The name has no extension: the first bytes decide.
    case unknown

    /// How many first bytes ``looksLikeImage(_:)`` wants.
    static let prefixLength = 16

    private static let extensions: Set<String> = [
        "jpg", "jpeg", "jpe", "jfif", "png", "webp",
        "apng", "avif", "bmp", "dib", "gif", "heic", "heif", "j2k", "jp2", "jpf", "jpx", "jxl",
        "pbm", "pgm", "pnm", "ppm", "tga", "tif", "tiff",
    ]

    /// Judges a name, without the folders before it.
    init(name: some BidirectionalCollection<UInt8>) {
        guard let dot = name.lastIndex(of: UInt8(ascii: ".")) else {
            self = .unknown
            return
        }
        let letters = name[name.index(after: dot)...]
        guard !letters.isEmpty else {
            self = .unknown
            return
        }
        let isKnown = Self.extensions.contains(
            String(decoding: letters, as: UTF8.self).lowercased())
        self = isKnown ? .image : .other
    }

    /// Whether a file that begins so is an image.
    static func looksLikeImage(_ bytes: some Collection<UInt8>) -> Bool {
        let start = Array(bytes.prefix(prefixLength))
        func has(_ signature: [UInt8], at offset: Int = 0) -> Bool {
            start.count >= offset + signature.count
                && start[offset..<offset + signature.count].elementsEqual(signature)
        }
        func has(_ signature: String, at offset: Int = 0) -> Bool {
            has(Array(signature.utf8), at: offset)
        }
        let jpeg = has([0xFF, 0xD8, 0xFF])
        let png = has([0x89] + Array("PNG\r\n".utf8) + [0x1A, 0x0A])
        let webp = has("RIFF") && has("WEBP", at: 8)
        let gif = has("GIF87a") || has("GIF89a")
        let tiff = has("II*\0") || has("MM\0*")
        // A BMP's four reserved bytes are zero, which two letters alone would leave to chance.
        let bmp = has("BM") && has([0, 0, 0, 0], at: 6)
        let isoMedia =
            has("ftyp", at: 4)
            && ["avif", "avis", "heic", "heix", "heif", "mif1", "msf1"].contains { has($0, at: 8) }
        let jpeg2000 = has([0, 0, 0, 12] + Array("jP  ".utf8)) || has([0xFF, 0x4F, 0xFF, 0x51])
        let jpegXL = has([0, 0, 0, 12] + Array("JXL ".utf8)) || has([0xFF, 0x0A])
        return jpeg || png || webp || gif || tiff || bmp || isoMedia || jpeg2000 || jpegXL
    }
}
