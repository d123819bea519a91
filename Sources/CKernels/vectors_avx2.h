#pragma once

// A block's sixteen numbers in two AVX2 registers.
// Include it inside the attributes of AVX2_BEGIN.

#include <immintrin.h>

#include "kernel.h"

#define AVX2_BEGIN \
    _Pragma("clang attribute push(__attribute__((target(\"avx2,fma\"))), apply_to = function)")
#define AVX2_END _Pragma("clang attribute pop")
#define AVX2_INLINE static inline __attribute__((always_inline))
#define AVX2_UNROLL _Pragma("clang loop unroll(full)")

/// Registers that hold the sixteen numbers of a block.
#define AVX2_HALVES 2

AVX2_BEGIN

/// Eight of the sixteen numbers at `from`, as they stand.
AVX2_INLINE __m256 half_load(enum kernel_element element, const uint8_t *from, int half) {
    switch (element) {
    case KERNEL_F32: return _mm256_loadu_ps((const float *)from + 8 * half);
    case KERNEL_BF16: {
        __m128i halves = _mm_loadu_si128((const __m128i *)from + half);
        return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(halves), 16));
    }
    case KERNEL_U8: break;
    }
    __m128i bytes = _mm_loadl_epi64((const __m128i *)(from + 8 * half));
    return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(bytes));
}

/// Numbers as bf16 in the lower half of each: rounded to nearest, ties to even; what is not finite
/// stays so.
AVX2_INLINE __m256i half_to_bf16(__m256 numbers) {
    __m256i words = _mm256_castps_si256(numbers);
    __m256i upper = _mm256_srli_epi32(words, 16);
    __m256i odd = _mm256_and_si256(upper, _mm256_set1_epi32(1));
    __m256i rounded = _mm256_srli_epi32(
        _mm256_add_epi32(words, _mm256_add_epi32(odd, _mm256_set1_epi32(0x7fff))), 16);
    __m256i quiet = _mm256_or_si256(upper, _mm256_set1_epi32(0x40));
    __m256 isNaN = _mm256_cmp_ps(numbers, numbers, _CMP_UNORD_Q);
    return _mm256_blendv_epi8(rounded, quiet, _mm256_castps_si256(isNaN));
}

/// Numbers rounded to nearest, ties to even, and cut off at 0 and 255.
AVX2_INLINE __m256i half_to_u8(__m256 numbers) {
    __m256 above = _mm256_max_ps(numbers, _mm256_setzero_ps());
    return _mm256_cvtps_epi32(_mm256_min_ps(above, _mm256_set1_ps(255)));
}

/// Stores the sixteen numbers of a block.
AVX2_INLINE void halves_store(
    enum kernel_element element, uint8_t *to, const __m256 numbers[AVX2_HALVES]) {
    if (element == KERNEL_F32) {
        _mm256_storeu_ps((float *)to, numbers[0]);
        _mm256_storeu_ps((float *)to + 8, numbers[1]);
        return;
    }
    // Packing works within halves of a register: the quarters come out as 0 2 1 3.
    if (element == KERNEL_BF16) {
        __m256i packed = _mm256_packus_epi32(half_to_bf16(numbers[0]), half_to_bf16(numbers[1]));
        _mm256_storeu_si256((__m256i *)to, _mm256_permute4x64_epi64(packed, 0xd8));
        return;
    }
    __m256i packed = _mm256_packs_epi32(half_to_u8(numbers[0]), half_to_u8(numbers[1]));
    __m256i ordered = _mm256_permute4x64_epi64(packed, 0xd8);
    __m128i bytes = _mm_packus_epi16(
        _mm256_castsi256_si128(ordered), _mm256_extracti128_si256(ordered, 1));
    _mm_storeu_si128((__m128i *)to, bytes);
}

AVX2_INLINE __m256 half_clamped(__m256 numbers, float low, float high) {
    // In this order what is not a number stays none.
    return _mm256_min_ps(_mm256_set1_ps(high), _mm256_max_ps(_mm256_set1_ps(low), numbers));
}

AVX2_END
