#include "linear_bytes_kernels.h"

#if defined(__x86_64__)

#include "vectors_avx2.h"

AVX2_BEGIN

/// Registers of a panel's sums, two to an output: one for each pair of a quad's products.
#define PANEL_REGISTERS (LINEAR_PANEL / 4)

static void sum_row(
    const int8_t *weights, int32_t quads, const uint8_t *input, int32_t *sums) {
    __m256i totals[PANEL_REGISTERS];
    AVX2_UNROLL for (int i = 0; i < PANEL_REGISTERS; i++) totals[i] = _mm256_setzero_si256();
    for (int32_t quad = 0; quad < quads; quad++, weights += LINEAR_PANEL * 4) {
        int32_t word;
        __builtin_memcpy(&word, input + 4 * quad, 4);
        __m256i four = _mm256_cvtepu8_epi16(_mm_set1_epi32(word));
        AVX2_UNROLL for (int i = 0; i < PANEL_REGISTERS; i++) {
            __m128i bytes = _mm_loadu_si128((const __m128i *)(weights + 16 * i));
            __m256i pairs = _mm256_madd_epi16(four, _mm256_cvtepi8_epi16(bytes));
            totals[i] = _mm256_add_epi32(totals[i], pairs);
        }
    }
    AVX2_UNROLL for (int i = 0; i < PANEL_REGISTERS; i += 2) {
        // Adding neighbours works within halves of a register.
        __m256i eight = _mm256_hadd_epi32(totals[i], totals[i + 1]);
        eight = _mm256_permute4x64_epi64(eight, 0xd8);
        _mm256_storeu_si256((__m256i *)(sums + 4 * i), eight);
    }
}

void linear_bytes_panel_avx2(
    const int8_t *weights, int32_t quads, const uint8_t *input, size_t pitch, int32_t rows,
    int32_t *sums) {
    for (int32_t row = 0; row < rows; row++)
        sum_row(weights, quads, input + row * pitch, sums + row * LINEAR_PANEL);
}

AVX2_END

#endif
