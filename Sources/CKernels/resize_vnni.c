#include "resize_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))

/// Adds four taps to each of sixteen sums, once for each digit of their weights.
VNNI static inline void accumulate(__m512i sums[3], __m512i taps, const int32_t *words) {
    sums[0] = _mm512_dpbusd_epi32(sums[0], taps, _mm512_set1_epi32(words[0]));
    sums[1] = _mm512_dpbusd_epi32(sums[1], taps, _mm512_set1_epi32(words[1]));
    sums[2] = _mm512_dpbusd_epi32(sums[2], taps, _mm512_set1_epi32(words[2]));
}

VNNI static inline void clear(__m512i sums[3]) {
    sums[0] = _mm512_set1_epi32(1 << (RESIZE_PRECISION_BITS - 1));
    sums[1] = sums[2] = _mm512_setzero_si512();
}

/// Puts the digits together and clips to 8 bits.
VNNI static inline __m128i rounded(const __m512i sums[3]) {
    __m512i upper = _mm512_add_epi32(_mm512_slli_epi32(sums[2], 8), sums[1]);
    __m512i sum = _mm512_add_epi32(_mm512_slli_epi32(upper, 8), sums[0]);
    __m512i value = _mm512_srai_epi32(sum, RESIZE_PRECISION_BITS);
    return _mm512_cvtusepi32_epi8(_mm512_max_epi32(value, _mm512_setzero_si512()));
}

/// One column at a time, a row in each 128-bit lane.
VNNI void resize_mix_columns_vnni(
    const struct resize_axis *axis, const uint8_t *const rows[4], uint8_t *group) {
    // RGBRGBRGBRGB to RRRR GGGG BBBB 0000 in each lane, and four such lanes to R, G, B by rows.
    const __m512i by_channel = _mm512_broadcast_i32x4(
        _mm_setr_epi8(0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11, -1, -1, -1, -1));
    const __m128i by_row =
        _mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    const int32_t *words = axis->words;
    for (int32_t x = 0; x < axis->outputs; x++) {
        size_t start = (size_t)axis->first[x] * 3;
        __m512i sums[3];
        clear(sums);
        for (int32_t block = 0; block < axis->blocks; block++, start += 12, words += 4) {
            __m512i taps =
                _mm512_castsi128_si512(_mm_loadu_si128((const __m128i *)(rows[0] + start)));
            taps = _mm512_inserti32x4(
                taps, _mm_loadu_si128((const __m128i *)(rows[1] + start)), 1);
            taps = _mm512_inserti32x4(
                taps, _mm_loadu_si128((const __m128i *)(rows[2] + start)), 2);
            taps = _mm512_inserti32x4(
                taps, _mm_loadu_si128((const __m128i *)(rows[3] + start)), 3);
            accumulate(sums, _mm512_shuffle_epi8(taps, by_channel), words);
        }
        __m128i pixels = _mm_shuffle_epi8(rounded(sums), by_row);
        _mm_storeu_si128((__m128i *)(group + (size_t)x * 12), pixels);
    }
}

/// Sixteen values at a time.
VNNI void resize_mix_rows_vnni(
    const int32_t *words, int32_t blocks, const uint8_t *groups, size_t stride, int32_t values,
    uint8_t *output) {
    for (int32_t i = 0; i < values; i += 16) {
        __m512i sums[3];
        clear(sums);
        for (int32_t block = 0; block < blocks; block++) {
            const uint8_t *taps = groups + (size_t)block * stride + (size_t)i * 4;
            accumulate(sums, _mm512_loadu_si512(taps), words + 4 * block);
        }
        int32_t left = values - i;
        __mmask16 mask = left < 16 ? (__mmask16)((1u << left) - 1) : (__mmask16)0xFFFF;
        _mm_mask_storeu_epi8(output + i, mask, rounded(sums));
    }
}
#endif
