#include <stdbool.h>

#include "convolve_kernels.h"

#if defined(__x86_64__)

#include "vectors_avx512.h"

AVX512_BEGIN

AVX512_INLINE int bytes_of(enum kernel_element element) {
    return element == KERNEL_F32 ? 4 : element == KERNEL_BF16 ? 2 : 1;
}

/// Stores a block of `pixels` of a tile, several at a time where they are a run.
AVX512_INLINE void store(
    enum kernel_element element, int pixels, const __m512 *numbers, uint8_t *const *outputs,
    ptrdiff_t block, bool is_run) {
    int fours = element == KERNEL_U8 ? pixels / 4 * 4 : 0;
    AVX512_UNROLL for (int i = 0; i < fours; i += 4) {
        if (is_run)
            vector_store_four(outputs[0] + i * KERNEL_LANES + block, numbers + i);
        else
            vector_store_each(outputs + i, block, numbers + i);
    }
    int twos = element == KERNEL_F32 ? fours : pixels / 2 * 2;
    AVX512_UNROLL for (int i = fours; i < twos; i += 2) {
        if (is_run) {
            uint8_t *to = outputs[0] + i * KERNEL_LANES * bytes_of(element) + block;
            vector_store_two(element, to, numbers[i], numbers[i + 1]);
        } else {
            vector_store(element, outputs[i] + block, numbers[i]);
            vector_store(element, outputs[i + 1] + block, numbers[i + 1]);
        }
    }
    AVX512_UNROLL for (int i = twos; i < pixels; i++)
        vector_store(element, outputs[i] + block, numbers[i]);
}

/// `pixels` of a tile from pixel `first` on: sums in registers over every tap, then the results.
///
/// With constants for the first five arguments it is straight code: a load that spreads 4 bytes of a
/// pixel over a register serves `blocks` multiply-adds, a load of weights `pixels` of them. With
/// `half` the last block's eight channels take half registers, which some processors add up at twice
/// the pace.
AVX512_INLINE void part_of_tile(
    enum kernel_element element, int pixels, int blocks, int half, int granules,
    const struct convolve_layer *layer, const struct convolve_group *group,
    const struct convolve_tile *tile, int32_t first_pixel) {
    __m512i sums[CONVOLVE_MAXIMUM_PIXELS][CONVOLVE_MAXIMUM_BLOCKS];
    const uint8_t *windows[CONVOLVE_MAXIMUM_PIXELS];
    AVX512_UNROLL for (int i = 0; i < pixels; i++) {
        windows[i] = tile->windows[first_pixel + i];
    }
    AVX512_UNROLL for (int b = 0; b < blocks; b++) {
        const float *bias = layer->bias + (group->first_block + b) * KERNEL_LANES;
        AVX512_UNROLL for (int i = 0; i < pixels; i++) sums[i][b] = vector_start(element, bias);
    }
    int32_t *kept = tile->sums + first_pixel * blocks * KERNEL_LANES;
    if (tile->continues) {
        AVX512_UNROLL for (int i = 0; i < pixels; i++)
            AVX512_UNROLL for (int b = 0; b < blocks; b++)
                sums[i][b] = _mm512_loadu_si512(kept + (i * blocks + b) * KERNEL_LANES);
    }
    const uint8_t *weights = group->weights;
    for (int32_t tap = 0; tap < group->taps; tap++) {
        ptrdiff_t offset = group->offsets[tap];
        AVX512_UNROLL for (int granule = 0; granule < granules; granule++) {
            __m512i columns[CONVOLVE_MAXIMUM_BLOCKS];
            AVX512_UNROLL for (int b = 0; b < blocks; b++)
                columns[b] = _mm512_loadu_si512(weights + 64 * (granule * blocks + b));
            AVX512_UNROLL for (int i = 0; i < pixels; i++) {
                __m512i spread = vector_spread(windows[i] + offset + 4 * granule);
                AVX512_UNROLL for (int b = 0; b < blocks - half; b++)
                    sums[i][b] = vector_multiply_add(element, sums[i][b], spread, columns[b]);
                AVX512_UNROLL for (int b = blocks - half; b < blocks; b++)
                    sums[i][b] = vector_multiply_add_half(element, sums[i][b], spread, columns[b]);
            }
            // Or else compilers fetch every granule's pixels first, and run out of registers.
            __asm__ volatile("" ::: "memory");
        }
        weights += 64 * granules * blocks;
    }
    if (!tile->finishes) {
        AVX512_UNROLL for (int i = 0; i < pixels; i++)
            AVX512_UNROLL for (int b = 0; b < blocks; b++)
                _mm512_storeu_si512(kept + (i * blocks + b) * KERNEL_LANES, sums[i][b]);
        return;
    }
    AVX512_UNROLL for (int b = blocks - half; b < blocks; b++)
        AVX512_UNROLL for (int i = 0; i < pixels; i++)
            sums[i][b] = _mm512_zextsi256_si512(_mm512_castsi512_si256(sums[i][b]));
    // Whole rows of tiles lie side by side: their results leave in registers that are full.
    uint8_t *const *outputs = tile->outputs + first_pixel;
    bool is_run = outputs[pixels - 1] - outputs[0]
        == (ptrdiff_t)(pixels - 1) * KERNEL_LANES * bytes_of(element);
    AVX512_UNROLL for (int b = 0; b < blocks; b++) {
        int32_t first = (group->first_block + b) * KERNEL_LANES;
        __m512 scale = _mm512_loadu_ps(layer->scale + first);
        __m512 bias = _mm512_loadu_ps(layer->bias + first);
        __m512 numbers[CONVOLVE_MAXIMUM_PIXELS];
        AVX512_UNROLL for (int i = 0; i < pixels; i++)
            numbers[i] = vector_scaled(element, sums[i][b], scale, bias);
        if (tile->has_residual) {
            AVX512_UNROLL for (int i = 0; i < pixels; i++) {
                __m512 residual =
                    vector_load(
                    element, tile->residuals[first_pixel + i] + b * tile->residual_block);
                numbers[i] =
                    _mm512_fmadd_ps(residual, _mm512_set1_ps(layer->residual_scale), numbers[i]);
            }
        }
        if (layer->clamps) vector_clamp(numbers, pixels, layer->low, layer->high);
        store(element, pixels, numbers, outputs, b * tile->output_block, is_run);
    }
}

// The sizes that are compiled. What is left of a row of tiles takes the largest that fit.
#define SIZES_OF_1(TILE) TILE(8, 1) TILE(4, 1) TILE(2, 1) TILE(1, 1)
#define SIZES_OF_2(TILE) TILE(8, 2) TILE(4, 2) TILE(2, 2) TILE(1, 2)
#define SIZES_OF_3(TILE) TILE(8, 3) TILE(7, 3) TILE(4, 3) TILE(2, 3) TILE(1, 3)
#define SIZES_OF_4(TILE) TILE(6, 4) TILE(4, 4) TILE(2, 4) TILE(1, 4)
#define SIZES_OF_5(TILE) TILE(5, 5) TILE(4, 5) TILE(2, 5) TILE(1, 5)

#define FUNCTION(ELEMENT, GRANULES, SIZES, BLOCKS, HALF) \
    static void tile_##ELEMENT##_##GRANULES##_##BLOCKS##_##HALF( \
        const struct convolve_layer *layer, const struct convolve_group *group, \
        const struct convolve_tile *tile) { \
        int32_t first = 0; \
        SIZES(SIZE_##ELEMENT##_##GRANULES##_##HALF) \
    }
#define SIZE(ELEMENT, GRANULES, HALF, PIXELS, BLOCKS) \
    for (; first + PIXELS <= tile->pixels; first += PIXELS) \
        part_of_tile(ELEMENT, PIXELS, BLOCKS, HALF, GRANULES, layer, group, tile, first);
#define SIZE_KERNEL_F32_1_0(P, B) SIZE(KERNEL_F32, 1, 0, P, B)
#define SIZE_KERNEL_F32_1_1(P, B) SIZE(KERNEL_F32, 1, 1, P, B)
#define SIZE_KERNEL_F32_2_0(P, B) SIZE(KERNEL_F32, 2, 0, P, B)
#define SIZE_KERNEL_F32_2_1(P, B) SIZE(KERNEL_F32, 2, 1, P, B)
#define SIZE_KERNEL_F32_4_0(P, B) SIZE(KERNEL_F32, 4, 0, P, B)
#define SIZE_KERNEL_F32_4_1(P, B) SIZE(KERNEL_F32, 4, 1, P, B)
#define SIZE_KERNEL_BF16_1_0(P, B) SIZE(KERNEL_BF16, 1, 0, P, B)
#define SIZE_KERNEL_BF16_1_1(P, B) SIZE(KERNEL_BF16, 1, 1, P, B)
#define SIZE_KERNEL_BF16_2_0(P, B) SIZE(KERNEL_BF16, 2, 0, P, B)
#define SIZE_KERNEL_BF16_2_1(P, B) SIZE(KERNEL_BF16, 2, 1, P, B)
#define SIZE_KERNEL_BF16_4_0(P, B) SIZE(KERNEL_BF16, 4, 0, P, B)
#define SIZE_KERNEL_BF16_4_1(P, B) SIZE(KERNEL_BF16, 4, 1, P, B)
#define SIZE_KERNEL_U8_1_0(P, B) SIZE(KERNEL_U8, 1, 0, P, B)
#define SIZE_KERNEL_U8_1_1(P, B) SIZE(KERNEL_U8, 1, 1, P, B)
#define SIZE_KERNEL_U8_2_0(P, B) SIZE(KERNEL_U8, 2, 0, P, B)
#define SIZE_KERNEL_U8_2_1(P, B) SIZE(KERNEL_U8, 2, 1, P, B)
#define SIZE_KERNEL_U8_4_0(P, B) SIZE(KERNEL_U8, 4, 0, P, B)
#define SIZE_KERNEL_U8_4_1(P, B) SIZE(KERNEL_U8, 4, 1, P, B)

#define FUNCTIONS(ELEMENT, GRANULES, HALF) \
    FUNCTION(ELEMENT, GRANULES, SIZES_OF_1, 1, HALF) \
    FUNCTION(ELEMENT, GRANULES, SIZES_OF_2, 2, HALF) \
    FUNCTION(ELEMENT, GRANULES, SIZES_OF_3, 3, HALF) \
    FUNCTION(ELEMENT, GRANULES, SIZES_OF_4, 4, HALF) \
    FUNCTION(ELEMENT, GRANULES, SIZES_OF_5, 5, HALF)
#define BOTH(ELEMENT, GRANULES) FUNCTIONS(ELEMENT, GRANULES, 0) FUNCTIONS(ELEMENT, GRANULES, 1)
BOTH(KERNEL_F32, 1)
BOTH(KERNEL_F32, 2)
BOTH(KERNEL_F32, 4)
BOTH(KERNEL_BF16, 1)
BOTH(KERNEL_BF16, 2)
BOTH(KERNEL_BF16, 4)
BOTH(KERNEL_U8, 1)
BOTH(KERNEL_U8, 2)
BOTH(KERNEL_U8, 4)

#define ROW(ELEMENT, GRANULES) {HALVES(ELEMENT, GRANULES, 0), HALVES(ELEMENT, GRANULES, 1)}
#define HALVES(ELEMENT, GRANULES, HALF) \
    { \
        tile_##ELEMENT##_##GRANULES##_1_##HALF, tile_##ELEMENT##_##GRANULES##_2_##HALF, \
            tile_##ELEMENT##_##GRANULES##_3_##HALF, tile_##ELEMENT##_##GRANULES##_4_##HALF, \
            tile_##ELEMENT##_##GRANULES##_5_##HALF \
    }

convolve_tile_function *convolve_choose_avx512(
    const struct convolve_layer *layer, const struct convolve_group *group) {
    static convolve_tile_function *const functions[3][3][2][CONVOLVE_MAXIMUM_BLOCKS] = {
        {ROW(KERNEL_F32, 1), ROW(KERNEL_F32, 2), ROW(KERNEL_F32, 4)},
        {ROW(KERNEL_BF16, 1), ROW(KERNEL_BF16, 2), ROW(KERNEL_BF16, 4)},
        {ROW(KERNEL_U8, 1), ROW(KERNEL_U8, 2), ROW(KERNEL_U8, 4)},
    };
    return functions[layer->element][layer->granules / 2][group->ends_in_half][group->blocks - 1];
}

AVX512_END

#endif
