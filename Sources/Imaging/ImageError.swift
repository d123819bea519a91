/// Why a file gave no picture.
package enum ImageError: Error, Sendable, Equatable {
    /// The file has no bytes.
    case empty
    /// The file begins like no picture format; `magic` is its first bytes in hexadecimal.
    case unknownFormat(magic: String)
    /// A picture format, or a variant of one, that is not decoded.
    case unsupported(String)
    /// The file ends before its picture does.
    case truncated(String)
    /// The file contradicts its format.
    case undecodable(String)
    /// The header promises more pixels than `limit`; nothing was set aside for them.
    case tooLarge(width: Int, height: Int, limit: Int)
    /// A progressive file goes over its picture more than `limit` times.
    case tooManyScans(limit: Int)
    /// Decoding needs more memory than the limits allow, or than there is.
    case noMemory(String)

    /// The failure in one machine-readable word.
    package var reason: String {
        switch self {
        case .empty: "empty"
        case .unknownFormat: "not-an-image"
        case .unsupported: "unsupported"
        case .truncated: "truncated"
        case .undecodable: "corrupt"
        case .tooLarge, .tooManyScans, .noMemory: "too-large"
        }
    }
}

extension ImageError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .empty:
            "the file is empty; fetch it again"
        case .unknownFormat(let magic):
            "the file begins with \(magic), which is no JPEG, PNG or WebP; remove it from the dataset"
        case .unsupported(let what):
            "\(what) is not supported; convert it to JPEG, PNG or WebP"
        case .truncated(let how):
            "the file is cut short: \(how); fetch it again"
        case .undecodable(let how):
            "the file is damaged: \(how); fetch it again"
        case .tooLarge(let width, let height, let limit):
            "the header says \(width) × \(height) pixels, more than the limit of \(limit); "
                + "scale the picture down or raise the limit"
        case .tooManyScans(let limit):
            "the JPEG goes over its picture more than \(limit) times; save it anew with fewer scans"
        case .noMemory(let how):
            "decoding takes more memory than it may: \(how); scale the picture down"
        }
    }
}
