#include "linear_bytes_kernels.h"

#if defined(__x86_64__)

#include "vectors_avx512.h"

AVX512_BEGIN

/// `rows` rows of a panel; a load of four inputs serves all of its outputs, a load of weights all rows.
AVX512_INLINE void sum_rows(
    int rows, const int8_t *weights, int32_t quads, const uint8_t *input, size_t pitch,
    int32_t *sums) {
    __m512i totals[LINEAR_BYTES_ROWS][2];
    AVX512_UNROLL for (int row = 0; row < rows; row++)
        totals[row][0] = totals[row][1] = _mm512_setzero_si512();
    for (int32_t quad = 0; quad < quads; quad++) {
        // Weights are read once, from main memory where there are many.
        __builtin_prefetch(weights + 4096);
        __builtin_prefetch(weights + 4160);
        __m512i first = _mm512_loadu_si512(weights), second = _mm512_loadu_si512(weights + 64);
        weights += 128;
        AVX512_UNROLL for (int row = 0; row < rows; row++) {
            __m512i four = vector_spread(input + row * pitch + 4 * quad);
            totals[row][0] = _mm512_dpbusd_epi32(totals[row][0], four, first);
            totals[row][1] = _mm512_dpbusd_epi32(totals[row][1], four, second);
        }
    }
    AVX512_UNROLL for (int row = 0; row < rows; row++) {
        _mm512_storeu_si512(sums + row * LINEAR_PANEL, totals[row][0]);
        _mm512_storeu_si512(sums + row * LINEAR_PANEL + 16, totals[row][1]);
    }
}

void linear_bytes_panel_avx512(
    const int8_t *weights, int32_t quads, const uint8_t *input, size_t pitch, int32_t rows,
    int32_t *sums) {
    int32_t row = 0;
#define ROWS(COUNT) \
    for (; row + (COUNT) <= rows; row += (COUNT)) \
        sum_rows( \
            COUNT, weights, quads, input + row * pitch, pitch, sums + row * LINEAR_PANEL);
    ROWS(LINEAR_BYTES_ROWS)
    ROWS(8)
    ROWS(4)
    ROWS(1)
#undef ROWS
}

AVX512_END

#endif
