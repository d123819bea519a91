import CKernels

/// Which kernels this processor's layers run on.
package enum KernelChoice {
    /// A word for every kind of number, such as `f32-avx512 bf16-avx512 u8-avx512`.
    ///
    /// Between machines of different words the last bits of logits may differ.
    package static let words: String = [
        ("f32", KERNEL_F32), ("bf16", KERNEL_BF16), ("u8", KERNEL_U8),
    ].map { name, element in
        switch kernel_best_isa(element) {
        case KERNEL_AVX512: "\(name)-avx512"
        case KERNEL_AVX2: "\(name)-avx2"
        default: "\(name)-scalar"
        }
    }.joined(separator: " ")
}
