import CKernels

/// The kind of number that a map is stored in.
package enum Element: String, Sendable, Hashable {
    /// IEEE single precision.
    case f32
    /// The upper half of a single-precision number.
    case bf16
    /// 0...255, with a scale and a zero point.
    case u8

    var code: kernel_element {
        switch self {
        case .f32: KERNEL_F32
        case .bf16: KERNEL_BF16
        case .u8: KERNEL_U8
        }
    }

    /// Bytes of one number.
    var bytes: Int { kernel_element_bytes(code) }
}

/// How a value's numbers are stored: `x = (stored - zero) · scale`.
struct Format: Sendable, Hashable {
    var element: Element
    /// What one step of a stored number is worth; 1 for floats.
    var scale: Float = 1
    /// The stored number that stands for zero; a whole number 0...255, 0 for floats.
    var zero: Float = 0

    static let f32 = Format(element: .f32)
    static let bf16 = Format(element: .bf16)

    /// The u8 format that reaches from `low` to `high`, and stores zero exactly.
    static func u8(from low: Float, to high: Float) -> Format {
        let (low, high) = (min(low, 0), max(high, 0))
        let scale = max((high - low) / 255, .leastNormalMagnitude * 256)
        return Format(element: .u8, scale: scale, zero: (-low / scale).rounded().clamped(0, 255))
    }

    /// The byte that a border of zeros is filled with.
    var zeroByte: UInt8 { UInt8(zero) }
}

extension Float {
    fileprivate func clamped(_ low: Float, _ high: Float) -> Float {
        Swift.min(Swift.max(self, low), high)
    }
}
