import CKernels

/// The ways of computing the same bytes; each processor that runs one also runs those before it.
enum ResampleKernel: Int, CaseIterable {
    /// Plain C, the reference of the others.
    case scalar
    /// 256-bit vectors, weights in halves of 16 bits.
    case avx2
    /// 512-bit vectors of byte products, weights in three digits of 8 bits.
    case vnni

    /// What this processor runs fastest.
    static let best: ResampleKernel =
        switch resize_best_kernel() {
        case RESIZE_VNNI: .vnni
        case RESIZE_AVX2: .avx2
        default: .scalar
        }

    /// All that this processor runs.
    static var supported: [ResampleKernel] { allCases.filter { $0.rawValue <= best.rawValue } }

    /// The name that CKernels has for it.
    var code: resize_kernel {
        switch self {
        case .scalar: RESIZE_SCALAR
        case .avx2: RESIZE_AVX2
        case .vnni: RESIZE_VNNI
        }
    }
}
