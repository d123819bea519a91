#include "depthwise_kernels.h"

#if defined(__x86_64__)

#include <string.h>

#include "lanes.h"
#include "vectors_avx512.h"

void depthwise_pack_avx512(
    enum kernel_element element, int32_t kernel, int32_t stride, const float *weights, void *packed) {
    struct depthwise_scheme scheme = depthwise_scheme_of(element, kernel, stride);
    uint8_t *to = packed;
    for (int32_t row = 0; row < kernel; row++)
        for (int32_t shift = 0; shift < scheme.shifts; shift++)
            for (int32_t i = 0; i < scheme.registers; i++)
                for (int32_t lane = 0; lane < 16; lane++)
                    for (int32_t tap = 0; tap < scheme.taps; tap++) {
                        int32_t column = i * scheme.taps + tap - shift;
                        float weight = column < 0 || column >= kernel
                            ? 0 : weights[(row * kernel + column) * 16 + lane];
                        switch (element) {
                        case KERNEL_F32: memcpy(to, &weight, 4); to += 4; break;
                        case KERNEL_BF16: {
                            uint16_t half = lanes_to_bf16(weight);
                            memcpy(to, &half, 2);
                            to += 2;
                            break;
                        }
                        case KERNEL_U8: *to++ = (uint8_t)(int8_t)weight; break;
                        }
                    }
}

AVX512_BEGIN

/// Neighbouring pixels, a channel's side by side: [16, taps].
AVX512_INLINE __m512i neighbours(enum kernel_element element, const uint8_t *pixels) {
    __m512i stored = _mm512_loadu_si512(pixels);
    switch (element) {
    case KERNEL_F32: return stored;
    case KERNEL_BF16: {
        __m512i order = _mm512_set_epi16(
            31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21, 5, 20,
            4, 19, 3, 18, 2, 17, 1, 16, 0);
        return _mm512_permutexvar_epi16(order, stored);
    }
    case KERNEL_U8: break;
    }
    __m512i order = _mm512_set_epi8(
        63, 47, 31, 15, 62, 46, 30, 14, 61, 45, 29, 13, 60, 44, 28, 12, 59, 43, 27, 11, 58, 42, 26,
        10, 57, 41, 25, 9, 56, 40, 24, 8, 55, 39, 23, 7, 54, 38, 22, 6, 53, 37, 21, 5, 52, 36, 20,
        4, 51, 35, 19, 3, 50, 34, 18, 2, 49, 33, 17, 1, 48, 32, 16, 0);
    return _mm512_permutexvar_epi8(order, stored);
}

/// The columns of a tile.
#define COLUMNS 4

/// Stores the first `count` of four neighbouring pixels.
AVX512_INLINE void store_row(
    enum kernel_element element, uint8_t *to, ptrdiff_t column, const __m512 numbers[COLUMNS],
    int32_t count) {
    if (count == COLUMNS && element == KERNEL_U8) {
        vector_store_four(to, numbers);
        return;
    }
    if (count == COLUMNS && element == KERNEL_BF16) {
        vector_store_two(element, to, numbers[0], numbers[1]);
        vector_store_two(element, to + 2 * column, numbers[2], numbers[3]);
        return;
    }
    AVX512_UNROLL for (int c = 0; c < COLUMNS; c++)
        if (c < count) vector_store(element, to + c * column, numbers[c]);
}

/// A tile of `rows` rows and four columns; a row of the input serves every window that meets it.
AVX512_INLINE void tile(
    enum kernel_element element, int kernel, int stride, int rows,
    const struct depthwise_layer *layer, const uint8_t *weights, int32_t block,
    const uint8_t *input, ptrdiff_t input_row, uint8_t *output, ptrdiff_t output_row,
    int32_t columns) {
    int bytes = element == KERNEL_U8 ? 16 : element == KERNEL_BF16 ? 32 : 64;
    struct depthwise_scheme scheme = depthwise_scheme_of(element, kernel, stride);
    __m512i sums[4][COLUMNS];
    AVX512_UNROLL for (int r = 0; r < rows; r++)
        AVX512_UNROLL for (int c = 0; c < COLUMNS; c++)
            sums[r][c] = vector_start(element, layer->bias + block * KERNEL_LANES);
    AVX512_UNROLL for (int i = 0; i < (rows - 1) * stride + kernel; i++) {
        AVX512_UNROLL for (int c = 0; c < COLUMNS; c++) {
            int shift = c % scheme.shifts;
            int base = c * stride - shift;
            AVX512_UNROLL for (int n = 0; n < scheme.registers; n++) {
                __m512i pixels = neighbours(
                    element, input + i * input_row + (base + n * scheme.taps) * bytes);
                AVX512_UNROLL for (int r = 0; r < rows; r++) {
                    int row = i - r * stride;
                    if (row < 0 || row >= kernel) continue;
                    int index = (row * scheme.shifts + shift) * scheme.registers + n;
                    sums[r][c] = vector_multiply_add(
                        element, sums[r][c], pixels, _mm512_loadu_si512(weights + 64 * index));
                }
            }
        }
    }
    __m512 scale = _mm512_loadu_ps(layer->scale + block * KERNEL_LANES);
    __m512 bias = _mm512_loadu_ps(layer->bias + block * KERNEL_LANES);
    AVX512_UNROLL for (int r = 0; r < rows; r++) {
        __m512 numbers[COLUMNS];
        AVX512_UNROLL for (int c = 0; c < COLUMNS; c++)
            numbers[c] = vector_scaled(element, sums[r][c], scale, bias);
        if (layer->clamps) vector_clamp(numbers, COLUMNS, layer->low, layer->high);
        store_row(element, output + r * output_row, bytes, numbers, columns);
    }
}

AVX512_INLINE void block_rows(
    enum kernel_element element, int kernel, int stride, const struct depthwise_layer *layer,
    int32_t block, const struct kernel_place *input, const struct kernel_place *output,
    struct kernel_window window) {
    size_t size = depthwise_packed_bytes(KERNEL_AVX512, element, kernel, stride);
    const uint8_t *weights = (const uint8_t *)layer->weights + block * size;
    const uint8_t *from = input->data + block * input->block;
    uint8_t *to = output->data + block * output->block;
    int32_t row = window.first_row;
    while (row < window.end_row) {
        int32_t rows = window.end_row - row >= 4 ? 4 : window.end_row - row;
        for (int32_t column = 0; column < window.width; column += COLUMNS) {
            int32_t left = window.width - column;
            int32_t columns = left < COLUMNS ? left : COLUMNS;
            const uint8_t *first = from + row * stride * input->row + column * stride * input->column;
            uint8_t *result = to + row * output->row + column * output->column;
            switch (rows) {
            case 4:
                tile(element, kernel, stride, 4, layer, weights, block, first, input->row, result, output->row, columns);
                break;
            case 3:
                tile(element, kernel, stride, 3, layer, weights, block, first, input->row, result, output->row, columns);
                break;
            case 2:
                tile(element, kernel, stride, 2, layer, weights, block, first, input->row, result, output->row, columns);
                break;
            default:
                tile(element, kernel, stride, 1, layer, weights, block, first, input->row, result, output->row, columns);
            }
        }
        row += rows;
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

void depthwise_block_avx512(
    const struct depthwise_layer *layer, int32_t block, const struct kernel_place *input,
    const struct kernel_place *output, struct kernel_window window) {
    static depthwise_block_function *const functions[3][3][2] = {
        ROW(KERNEL_F32), ROW(KERNEL_BF16), ROW(KERNEL_U8)};
    functions[layer->element][layer->kernel / 2 - 1][layer->stride - 1](ARGUMENTS);
}

AVX512_END

#endif
