#include "kernel.h"

enum kernel_isa kernel_best_isa(enum kernel_element element) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    // Byte permutations and byte products came with the same generation, products of bf16 later.
    if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi")
        && __builtin_cpu_supports("avx512vnni")
        && (element != KERNEL_BF16 || __builtin_cpu_supports("avx512bf16")))
        return KERNEL_AVX512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return KERNEL_AVX2;
#endif
    (void)element;
    return KERNEL_SCALAR;
}

size_t kernel_element_bytes(enum kernel_element element) {
    switch (element) {
    case KERNEL_F32: return 4;
    case KERNEL_BF16: return 2;
    case KERNEL_U8: break;
    }
    return 1;
}
