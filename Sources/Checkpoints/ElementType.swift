/// How the numbers of a tensor are stored, little-endian throughout.
package enum ElementType: String, Sendable, Hashable, CaseIterable {
    case f64, f32, f16, bf16, i64, i32, i16, i8, u8, bool

    /// Bytes one number takes.
    package var size: Int {
        switch self {
        case .f64, .i64: 8
        case .f32, .i32: 4
        case .f16, .bf16, .i16: 2
        case .i8, .u8, .bool: 1
        }
    }

    /// The name safetensors gives it: `F32`, `BF16`, `BOOL`.
    package var safetensorsName: String { rawValue.uppercased() }

    /// The type safetensors calls `safetensorsName`, or nil for one that is not read here.
    package init?(safetensorsName: String) {
        guard let type = Self.allCases.first(where: { $0.safetensorsName == safetensorsName })
        else { return nil }
        self = type
    }
}
