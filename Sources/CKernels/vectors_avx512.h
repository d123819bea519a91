#pragma once

// A block's sixteen numbers in one AVX-512 register, and the multiply-adds of each kind of number.
// Include it inside the attributes of AVX512_BEGIN.

#include <immintrin.h>

#include "kernel.h"

#define AVX512_BEGIN \
    _Pragma("clang attribute push(__attribute__((target(\"avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512vbmi,avx512bf16\"))), apply_to = function)")
#define AVX512_END _Pragma("clang attribute pop")
#define AVX512_INLINE static inline __attribute__((always_inline))
#define AVX512_UNROLL _Pragma("clang loop unroll(full)")

AVX512_BEGIN

/// The numbers at `from`, as they stand.
AVX512_INLINE __m512 vector_load(enum kernel_element element, const uint8_t *from) {
    switch (element) {
    case KERNEL_F32: return _mm512_loadu_ps(from);
    case KERNEL_BF16: {
        __m256i halves = _mm256_loadu_si256((const __m256i *)from);
        return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16));
    }
    case KERNEL_U8: break;
    }
    return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)from)));
}

/// Rounds to nearest, ties to even; u8 saturates.
AVX512_INLINE void vector_store(enum kernel_element element, uint8_t *to, __m512 numbers) {
    switch (element) {
    case KERNEL_F32: _mm512_storeu_ps(to, numbers); return;
    case KERNEL_BF16:
        _mm256_storeu_si256((__m256i *)to, (__m256i)_mm512_cvtneps_pbh(numbers));
        return;
    case KERNEL_U8: {
        __m512i whole = _mm512_max_epi32(_mm512_cvtps_epi32(numbers), _mm512_setzero_si512());
        _mm_storeu_si128((__m128i *)to, _mm512_cvtusepi32_epi8(whole));
        return;
    }
    }
}

/// Four bytes, sixteen times. Loaded as a float: through a register for whole numbers they would take
/// the place of multiply-adds.
AVX512_INLINE __m512i vector_spread(const uint8_t *from) {
    return _mm512_castps_si512(_mm512_broadcastss_ps(_mm_load_ss((const float *)from)));
}

/// What a multiply-add adds to: sixteen s32 for u8, sixteen floats for the others, bit for bit.
AVX512_INLINE __m512i vector_multiply_add(
    enum kernel_element element, __m512i sums, __m512i numbers, __m512i weights) {
    switch (element) {
    case KERNEL_F32:
        return _mm512_castps_si512(_mm512_fmadd_ps(
            _mm512_castsi512_ps(numbers), _mm512_castsi512_ps(weights), _mm512_castsi512_ps(sums)));
    case KERNEL_BF16:
        return _mm512_castps_si512(_mm512_dpbf16_ps(
            _mm512_castsi512_ps(sums), (__m512bh)numbers, (__m512bh)weights));
    case KERNEL_U8: break;
    }
    return _mm512_dpbusd_epi32(sums, numbers, weights);
}

/// The same in the lower half of the registers; the upper half of the result is of no use.
AVX512_INLINE __m512i vector_multiply_add_half(
    enum kernel_element element, __m512i sums, __m512i numbers, __m512i weights) {
    __m256i lower = _mm512_castsi512_si256(sums);
    __m256i pixels = _mm512_castsi512_si256(numbers), columns = _mm512_castsi512_si256(weights);
    switch (element) {
    case KERNEL_F32:
        lower = _mm256_castps_si256(_mm256_fmadd_ps(
            _mm256_castsi256_ps(pixels), _mm256_castsi256_ps(columns), _mm256_castsi256_ps(lower)));
        break;
    case KERNEL_BF16:
        lower = _mm256_castps_si256(_mm256_dpbf16_ps(
            _mm256_castsi256_ps(lower), (__m256bh)pixels, (__m256bh)columns));
        break;
    case KERNEL_U8: lower = _mm256_dpbusd_epi32(lower, pixels, columns); break;
    }
    return _mm512_castsi256_si512(lower);
}

/// What sums begin with: the bias where they are floats, which need no scale, so that it is added
/// while nothing else is; zero where they are whole numbers.
AVX512_INLINE __m512i vector_start(enum kernel_element element, const float *bias) {
    return element == KERNEL_U8 ? _mm512_setzero_si512() : _mm512_loadu_si512(bias);
}

/// The results of sums that began with `vector_start`.
AVX512_INLINE __m512 vector_scaled(
    enum kernel_element element, __m512i sums, __m512 scale, __m512 bias) {
    if (element != KERNEL_U8) return _mm512_castsi512_ps(sums);
    return _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums), scale, bias);
}

AVX512_INLINE __m512 vector_clamped(__m512 numbers, float low, float high) {
    return _mm512_min_ps(
        _mm512_max_ps(numbers, _mm512_set1_ps(low)), _mm512_set1_ps(high));
}

/// Clamps `count` registers; a ReLU, which has no upper end, takes half the work.
AVX512_INLINE void vector_clamp(__m512 *numbers, int count, float low, float high) {
    AVX512_UNROLL for (int i = 0; i < count; i++)
        numbers[i] = _mm512_max_ps(numbers[i], _mm512_set1_ps(low));
    if (high == __builtin_inff()) return;
    AVX512_UNROLL for (int i = 0; i < count; i++)
        numbers[i] = _mm512_min_ps(numbers[i], _mm512_set1_ps(high));
}

/// Four pixels' u8 numbers, a pixel in each quarter of the register.
AVX512_INLINE __m512i vector_bytes(const __m512 numbers[4]) {
    __m512i upper = _mm512_packs_epi32(
        _mm512_cvtps_epi32(numbers[0]), _mm512_cvtps_epi32(numbers[1]));
    __m512i lower = _mm512_packs_epi32(
        _mm512_cvtps_epi32(numbers[2]), _mm512_cvtps_epi32(numbers[3]));
    // Packing works within quarters of a register: four channels of each pixel stand in each.
    __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    return _mm512_permutexvar_epi32(order, _mm512_packus_epi16(upper, lower));
}

/// Stores four pixels' u8 numbers that stand side by side.
AVX512_INLINE void vector_store_four(uint8_t *to, const __m512 numbers[4]) {
    _mm512_storeu_si512(to, vector_bytes(numbers));
}

/// Two pixels' u8 numbers, one behind the other.
AVX512_INLINE __m256i vector_bytes_of_two(__m512 first, __m512 second) {
    __m512i pairs = _mm512_packs_epi32(_mm512_cvtps_epi32(first), _mm512_cvtps_epi32(second));
    __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 0, 4, 8, 12, 1, 5, 9, 13);
    return _mm512_castsi512_si256(
        _mm512_permutexvar_epi32(order, _mm512_packus_epi16(pairs, pairs)));
}

/// Stores four pixels' u8 numbers `offset` bytes from where each of `to` is.
AVX512_INLINE void vector_store_each(
    uint8_t *const to[4], ptrdiff_t offset, const __m512 numbers[4]) {
    __m512i bytes = vector_bytes(numbers);
    _mm_storeu_si128((__m128i *)(to[0] + offset), _mm512_castsi512_si128(bytes));
    _mm_storeu_si128((__m128i *)(to[1] + offset), _mm512_extracti32x4_epi32(bytes, 1));
    _mm_storeu_si128((__m128i *)(to[2] + offset), _mm512_extracti32x4_epi32(bytes, 2));
    _mm_storeu_si128((__m128i *)(to[3] + offset), _mm512_extracti32x4_epi32(bytes, 3));
}

/// Stores two pixels' numbers, bf16 or u8, that stand side by side.
AVX512_INLINE void vector_store_two(
    enum kernel_element element, uint8_t *to, __m512 first, __m512 second) {
    if (element == KERNEL_U8)
        _mm256_storeu_si256((__m256i *)to, vector_bytes_of_two(first, second));
    else
        _mm512_storeu_si512(to, (__m512i)_mm512_cvtne2ps_pbh(second, first));
}

AVX512_END
