#include "depthwise_kernels.h"

#if defined(__x86_64__)

#include <math.h>
#include <string.h>

#include "vectors_avx2.h"

AVX2_BEGIN

// Kernels of any size, for which there is no code below.
#define FUNCTION depthwise_any_avx2
#include "depthwise_portable.h"
#undef FUNCTION

/// The columns of a tile: their sums take 12 of the 16 registers.
#define COLUMNS 6

/// A row of up to six pixels: each pixel of the input is loaded once for all windows that meet it.
AVX2_INLINE void tile(
    enum kernel_element element, int kernel, int stride, int columns,
    const struct depthwise_layer *layer, int32_t block, const uint8_t *input, ptrdiff_t input_row,
    uint8_t *output) {
    int bytes = element == KERNEL_U8 ? 16 : element == KERNEL_BF16 ? 32 : 64;
    __m256 sums[COLUMNS][AVX2_HALVES];
    AVX2_UNROLL for (int c = 0; c < columns; c++)
        AVX2_UNROLL for (int h = 0; h < AVX2_HALVES; h++) sums[c][h] = _mm256_setzero_ps();
    const float *weights = (const float *)layer->weights + (size_t)block * kernel * kernel * 16;
    for (int y = 0; y < kernel; y++) {
        AVX2_UNROLL for (int p = 0; p < (columns - 1) * stride + kernel; p++) {
            AVX2_UNROLL for (int h = 0; h < AVX2_HALVES; h++) {
                __m256 pixel = half_load(element, input + p * bytes, h);
                AVX2_UNROLL for (int c = 0; c < columns; c++) {
                    int x = p - c * stride;
                    if (x < 0 || x >= kernel) continue;
                    // Sums of u8 stay far below 2^24, where floats still hold every whole number.
                    sums[c][h] = _mm256_fmadd_ps(
                        pixel, _mm256_loadu_ps(weights + 16 * x + 8 * h), sums[c][h]);
                }
            }
        }
        weights += 16 * kernel;
        input += input_row;
    }
    AVX2_UNROLL for (int c = 0; c < columns; c++) {
        AVX2_UNROLL for (int h = 0; h < AVX2_HALVES; h++) {
            __m256 scale = _mm256_loadu_ps(layer->scale + block * KERNEL_LANES + 8 * h);
            __m256 bias = _mm256_loadu_ps(layer->bias + block * KERNEL_LANES + 8 * h);
            sums[c][h] = _mm256_fmadd_ps(sums[c][h], scale, bias);
            if (layer->clamps) sums[c][h] = half_clamped(sums[c][h], layer->low, layer->high);
        }
        halves_store(element, output + c * bytes, sums[c]);
    }
}

#define TILE(COUNT) \
    for (; column + COUNT <= window.width; column += COUNT) \
        tile( \
            element, kernel, stride, COUNT, layer, block, from + column * stride * input->column, \
            input->row, to + column * output->column);

AVX2_INLINE void block_rows(
    enum kernel_element element, int kernel, int stride, const struct depthwise_layer *layer,
    int32_t block, const struct kernel_place *input, const struct kernel_place *output,
    struct kernel_window window) {
    for (int32_t row = window.first_row; row < window.end_row; row++) {
        const uint8_t *from = input->data + block * input->block + row * stride * input->row;
        uint8_t *to = output->data + block * output->block + row * output->row;
        int32_t column = 0;
        TILE(COLUMNS)
        TILE(2)
        TILE(1)
    }
}

#define ARGUMENTS layer, block, input, output, window
#define SIZE(ELEMENT, KERNEL, STRIDE) \
    static void block_##ELEMENT##_##KERNEL##_##STRIDE( \
        const struct depthwise_layer *layer, int32_t block, const struct kernel_place *input, \
        const struct kernel_place *output, struct kernel_window window) { \
        block_rows(ELEMENT, KERNEL, STRIDE, ARGUMENTS); \
    }
#define SIZES(ELEMENT) \
    SIZE(ELEMENT, 3, 1) \
    SIZE(ELEMENT, 3, 2) \
    SIZE(ELEMENT, 5, 1) \
    SIZE(ELEMENT, 5, 2) \
    SIZE(ELEMENT, 7, 1) \
    SIZE(ELEMENT, 7, 2)
SIZES(KERNEL_F32)
SIZES(KERNEL_BF16)
SIZES(KERNEL_U8)

#define ROW(ELEMENT) \
    { \
        {block_##ELEMENT##_3_1, block_##ELEMENT##_3_2}, {block_##ELEMENT##_5_1, block_##ELEMENT##_5_2}, \
            {block_##ELEMENT##_7_1, block_##ELEMENT##_7_2} \
    }

void depthwise_block_avx2(
    const struct depthwise_layer *layer, int32_t block, const struct kernel_place *input,
    const struct kernel_place *output, struct kernel_window window) {
    static depthwise_block_function *const functions[3][3][2] = {
        ROW(KERNEL_F32), ROW(KERNEL_BF16), ROW(KERNEL_U8)};
    if (depthwise_has_vectors(layer->kernel, layer->stride))
        functions[layer->element][layer->kernel / 2 - 1][layer->stride - 1](ARGUMENTS);
    else
        depthwise_any_avx2(ARGUMENTS);
}

AVX2_END

#endif
