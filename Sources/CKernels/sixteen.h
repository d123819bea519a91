#pragma once

// A block's sixteen numbers as one vector, for code that is written once and built for every target:
// the compiler takes one register of AVX-512, two of AVX2 or four of SSE for it. Builds for AVX-512
// define SIXTEEN_AVX512, for the few places where there is an instruction that it would not find.

#include <string.h>

#include "kernel.h"

// Vectors are only handed to functions that are inlined, so it does not matter how others take them.
#pragma clang diagnostic ignored "-Wpsabi"

#define SIXTEEN_INLINE static inline __attribute__((always_inline))
#define SIXTEEN_UNROLL _Pragma("clang loop unroll(full)")

typedef float sixteen __attribute__((ext_vector_type(16)));
typedef int32_t sixteen_words __attribute__((ext_vector_type(16)));
typedef uint16_t sixteen_halves __attribute__((ext_vector_type(16)));
typedef uint8_t sixteen_bytes __attribute__((ext_vector_type(16)));

/// Bytes of a block's sixteen numbers.
SIXTEEN_INLINE size_t sixteen_size(enum kernel_element element) {
    return element == KERNEL_F32 ? 64 : element == KERNEL_BF16 ? 32 : 16;
}

SIXTEEN_INLINE sixteen_words sixteen_bits(sixteen numbers) {
    sixteen_words bits;
    memcpy(&bits, &numbers, 64);
    return bits;
}

SIXTEEN_INLINE sixteen sixteen_from_bits(sixteen_words bits) {
    sixteen numbers;
    memcpy(&numbers, &bits, 64);
    return numbers;
}

/// a · b + c, rounded once.
SIXTEEN_INLINE sixteen sixteen_fma(sixteen a, sixteen b, sixteen c) {
    return __builtin_elementwise_fma(a, b, c);
}

/// The larger of both; what is not a number stays none where it is `b`.
SIXTEEN_INLINE sixteen sixteen_max(sixteen a, sixteen b) { return a > b ? a : b; }

/// The smaller of both; what is not a number stays none where it is `b`.
SIXTEEN_INLINE sixteen sixteen_min(sixteen a, sixteen b) { return a < b ? a : b; }

/// The numbers cut off at both ends; what is not a number stays none.
SIXTEEN_INLINE sixteen sixteen_clamped(sixteen numbers, float low, float high) {
    return sixteen_min((sixteen)high, sixteen_max((sixteen)low, numbers));
}

/// The numbers at `from`, as they stand.
SIXTEEN_INLINE sixteen sixteen_load(enum kernel_element element, const uint8_t *from) {
    switch (element) {
    case KERNEL_F32: {
        sixteen numbers;
        memcpy(&numbers, from, 64);
        return numbers;
    }
    case KERNEL_BF16: {
        sixteen_halves halves;
        memcpy(&halves, from, 32);
        return sixteen_from_bits(__builtin_convertvector(halves, sixteen_words) << 16);
    }
    case KERNEL_U8: break;
    }
    sixteen_bytes bytes;
    memcpy(&bytes, from, 16);
    return __builtin_convertvector(bytes, sixteen);
}

/// Rounds to nearest, ties to even; a number that is not finite stays so.
SIXTEEN_INLINE void sixteen_store_bf16(sixteen numbers, uint8_t *to) {
#ifdef SIXTEEN_AVX512
    _mm256_storeu_si256((__m256i *)to, (__m256i)_mm512_cvtneps_pbh((__m512)numbers));
#else
    sixteen_words bits = sixteen_bits(numbers);
    sixteen_words rounded = bits + 0x7fff + (bits >> 16 & 1);
    sixteen_words stored = numbers != numbers ? bits | 0x400000 : rounded;
    sixteen_halves halves = __builtin_convertvector(stored >> 16, sixteen_halves);
    memcpy(to, &halves, 32);
#endif
}

/// Rounds to nearest, ties to even, and saturates at 0 and 255.
SIXTEEN_INLINE sixteen_bytes sixteen_to_bytes(sixteen numbers) {
    // Adding 1.5 * 2^23 leaves no bits for a fraction: the sum is rounded as the processor rounds.
    sixteen shifted = sixteen_clamped(numbers, 0, 255) + 12582912.0f;
    return __builtin_convertvector(sixteen_bits(shifted), sixteen_bytes);
}

SIXTEEN_INLINE void sixteen_store(enum kernel_element element, sixteen numbers, uint8_t *to) {
    switch (element) {
    case KERNEL_F32: memcpy(to, &numbers, 64); return;
    case KERNEL_BF16: sixteen_store_bf16(numbers, to); return;
    case KERNEL_U8: break;
    }
    sixteen_bytes bytes = sixteen_to_bytes(numbers);
    memcpy(to, &bytes, 16);
}

/// Stores a sum with its bias as `finish` says; `residual` is the numbers to add, or NULL.
SIXTEEN_INLINE void sixteen_finish(
    enum kernel_element element, const struct kernel_finish *finish, sixteen sum,
    const uint8_t *residual, uint8_t *to) {
    if (residual) sum += sixteen_load(element, residual);
    if (finish->clamps) sum = sixteen_clamped(sum, finish->low, finish->high);
    sixteen_store(element, sum, to);
}

/// A vector of lanes 0...15, to compare with.
SIXTEEN_INLINE sixteen_words sixteen_lanes(void) {
    return (sixteen_words){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
}

/// The sum of all sixteen, in pairs of pairs.
SIXTEEN_INLINE float sixteen_sum(sixteen numbers) {
    __attribute__((ext_vector_type(8))) float eight = numbers.lo + numbers.hi;
    __attribute__((ext_vector_type(4))) float four = eight.lo + eight.hi;
    __attribute__((ext_vector_type(2))) float two = four.lo + four.hi;
    return two.x + two.y;
}
