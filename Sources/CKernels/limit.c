#include "limit.h"

#define ROUNDS 200000

#if defined(__x86_64__)
#include "vectors_avx512.h"

AVX512_BEGIN

/// Twelve sums hide the latency of one multiply-add.
AVX512_INLINE double registers_alone(enum kernel_element element, double operations) {
    __m512i sums[12], one = _mm512_set1_epi32(0x3f803f80);
    AVX512_UNROLL for (int i = 0; i < 12; i++) sums[i] = _mm512_setzero_si512();
    for (int round = 0; round < ROUNDS; round++) {
        AVX512_UNROLL for (int i = 0; i < 12; i++) {
            sums[i] = vector_multiply_add(element, sums[i], one, one);
            // Keeps the compiler from merging rounds.
            __asm__ volatile("" : "+v"(sums[i]));
        }
    }
    return 12.0 * ROUNDS * operations;
}

static double limit_avx512(enum kernel_element element) {
    switch (element) {
    case KERNEL_F32: return registers_alone(KERNEL_F32, 32);
    case KERNEL_BF16: return registers_alone(KERNEL_BF16, 64);
    case KERNEL_U8: break;
    }
    return registers_alone(KERNEL_U8, 128);
}

AVX512_END

__attribute__((target("avx2,fma"))) static double limit_avx2(void) {
    __m256 sums[12], one = _mm256_set1_ps(1);
    AVX512_UNROLL for (int i = 0; i < 12; i++) sums[i] = _mm256_setzero_ps();
    for (int round = 0; round < ROUNDS; round++) {
        AVX512_UNROLL for (int i = 0; i < 12; i++) {
            sums[i] = _mm256_fmadd_ps(sums[i], one, one);
            __asm__ volatile("" : "+x"(sums[i]));
        }
    }
    return 12.0 * ROUNDS * 16;
}
#endif

double kernel_limit_round(enum kernel_isa isa, enum kernel_element element) {
#if defined(__x86_64__)
    if (isa == KERNEL_AVX512) return limit_avx512(element);
    if (isa == KERNEL_AVX2) return limit_avx2();
#endif
    (void)isa;
    (void)element;
    float sums[12] = {0};
    for (int round = 0; round < ROUNDS; round++)
        for (int i = 0; i < 12; i++) {
            sums[i] = sums[i] * 1.0f + 1.0f;
            __asm__ volatile("" : "+m"(sums[i]));
        }
    return 12.0 * ROUNDS * 2;
}
