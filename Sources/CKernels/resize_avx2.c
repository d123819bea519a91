#include "resize_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define AVX2 __attribute__((target("avx2")))

/// The sums of the upper and lower halves of the weights, together, rounded, not yet clipped.
AVX2 static inline __m256i rounded(__m256i sum) {
    __m256i half = _mm256_set1_epi32(1 << (RESIZE_PRECISION_BITS - 1));
    return _mm256_srai_epi32(_mm256_add_epi32(sum, half), RESIZE_PRECISION_BITS);
}

AVX2 static inline __m256i joined(__m256i upper, __m256i lower) {
    return _mm256_add_epi32(_mm256_slli_epi32(upper, RESIZE_HALF_BITS), lower);
}

AVX2 static inline __m256i two_rows(const uint8_t *a, const uint8_t *b) {
    return _mm256_inserti128_si256(
        _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)a)),
        _mm_loadu_si128((const __m128i *)b), 1);
}

/// Adds two taps of two rows: 16-bit pairs of each channel times a pair of weights.
AVX2 static inline __m256i with_taps(__m256i sum, __m256i taps, int32_t pair) {
    return _mm256_add_epi32(sum, _mm256_madd_epi16(taps, _mm256_set1_epi32(pair)));
}

/// One column at a time, a row in each 128-bit lane of two vectors.
AVX2 void resize_mix_columns_avx2(
    const struct resize_axis *axis, const uint8_t *const rows[4], uint8_t *group) {
    // RGBRGBRGBRGB to the 16-bit RR GG BB 00 of the first two pixels, and of the next two.
    const __m256i first_pair = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1));
    const __m256i second_pair = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1));
    const __m128i by_row =
        _mm_setr_epi8(0, 8, 4, 12, 1, 9, 5, 13, 2, 10, 6, 14, 3, 11, 7, 15);
    const int32_t *words = axis->words;
    for (int32_t x = 0; x < axis->outputs; x++) {
        size_t start = (size_t)axis->first[x] * 3;
        __m256i upper[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};
        __m256i lower[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};
        for (int32_t block = 0; block < axis->blocks; block++, start += 12, words += 4) {
            for (int half = 0; half < 2; half++) {
                __m256i pixels = two_rows(rows[2 * half] + start, rows[2 * half + 1] + start);
                __m256i first = _mm256_shuffle_epi8(pixels, first_pair);
                __m256i second = _mm256_shuffle_epi8(pixels, second_pair);
                upper[half] = with_taps(upper[half], first, words[0]);
                upper[half] = with_taps(upper[half], second, words[1]);
                lower[half] = with_taps(lower[half], first, words[2]);
                lower[half] = with_taps(lower[half], second, words[3]);
            }
        }
        __m256i top = rounded(joined(upper[0], lower[0]));
        __m256i bottom = rounded(joined(upper[1], lower[1]));
        // Lanes: rows 0 and 2, rows 1 and 3.
        __m256i shorts = _mm256_packs_epi32(top, bottom);
        __m256i bytes = _mm256_packus_epi16(shorts, shorts);
        __m128i pixels = _mm_unpacklo_epi64(
            _mm256_castsi256_si128(bytes), _mm256_extracti128_si256(bytes, 1));
        _mm_storeu_si128(
            (__m128i *)(group + (size_t)x * 12), _mm_shuffle_epi8(pixels, by_row));
    }
}

/// The weighted sums of four taps for each of four values, in halves that are still to be added.
AVX2 static inline __m256i four_values(
    const int32_t *words, int32_t blocks, const uint8_t *groups, size_t stride) {
    __m256i upper = _mm256_setzero_si256(), lower = _mm256_setzero_si256();
    for (int32_t block = 0; block < blocks; block++, words += 4, groups += stride) {
        int64_t weights[2];
        memcpy(weights, words, sizeof weights);
        __m256i taps = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)groups));
        upper = _mm256_add_epi32(
            upper, _mm256_madd_epi16(taps, _mm256_set1_epi64x(weights[0])));
        lower = _mm256_add_epi32(
            lower, _mm256_madd_epi16(taps, _mm256_set1_epi64x(weights[1])));
    }
    return joined(upper, lower);
}

/// Eight values at a time.
AVX2 void resize_mix_rows_avx2(
    const int32_t *words, int32_t blocks, const uint8_t *groups, size_t stride, int32_t values,
    uint8_t *output) {
    for (int32_t i = 0; i < values; i += 8) {
        const uint8_t *taps = groups + (size_t)i * 4;
        __m256i sums = _mm256_hadd_epi32(
            four_values(words, blocks, taps, stride), four_values(words, blocks, taps + 16, stride));
        __m256i ordered = _mm256_permute4x64_epi64(rounded(sums), 0xD8);
        __m128i shorts = _mm_packs_epi32(
            _mm256_castsi256_si128(ordered), _mm256_extracti128_si256(ordered, 1));
        uint64_t bytes = (uint64_t)_mm_cvtsi128_si64(_mm_packus_epi16(shorts, shorts));
        size_t left = (size_t)(values - i);
        memcpy(output + i, &bytes, left < 8 ? left : 8);
    }
}
#endif
