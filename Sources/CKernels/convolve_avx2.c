#include "convolve_kernels.h"

#if defined(__x86_64__)

#include "vectors_avx2.h"

AVX2_BEGIN

/// Sixteen output channels' weights for one part of a granule, and a granule's number for it, side by
/// side in 32 bits: one f32, one bf16 as f32, or two of four bytes as 16-bit integers.
AVX2_INLINE __m256i part_of(enum kernel_element element, int part, __m256i granules, int is_signed) {
    switch (element) {
    case KERNEL_F32: return granules;
    case KERNEL_BF16:
        return part == 0 ? _mm256_slli_epi32(granules, 16)
                         : _mm256_and_si256(granules, _mm256_set1_epi32((int)0xffff0000));
    case KERNEL_U8: break;
    }
    if (!is_signed)
        return part == 0 ? _mm256_and_si256(granules, _mm256_set1_epi16(0xff))
                         : _mm256_srli_epi16(granules, 8);
    return part == 0 ? _mm256_srai_epi16(_mm256_slli_epi16(granules, 8), 8)
                     : _mm256_srai_epi16(granules, 8);
}

/// Products of bytes need 16 bits: `vpmaddubsw` would cut their sums off.
AVX2_INLINE __m256i multiply_add(
    enum kernel_element element, __m256i sums, __m256i numbers, __m256i weights) {
    if (element == KERNEL_U8) return _mm256_add_epi32(sums, _mm256_madd_epi16(numbers, weights));
    return _mm256_castps_si256(_mm256_fmadd_ps(
        _mm256_castsi256_ps(numbers), _mm256_castsi256_ps(weights), _mm256_castsi256_ps(sums)));
}

/// Turns a pixel's sums into what is stored.
AVX2_INLINE void finish(
    enum kernel_element element, const struct convolve_layer *layer, int32_t block,
    const __m256i sums[AVX2_HALVES], const uint8_t *residual, uint8_t *output) {
    __m256 numbers[AVX2_HALVES];
    AVX2_UNROLL for (int h = 0; h < AVX2_HALVES; h++) {
        __m256 scale = _mm256_loadu_ps(layer->scale + block * KERNEL_LANES + 8 * h);
        __m256 bias = _mm256_loadu_ps(layer->bias + block * KERNEL_LANES + 8 * h);
        numbers[h] = element == KERNEL_U8
            ? _mm256_fmadd_ps(_mm256_cvtepi32_ps(sums[h]), scale, bias)
            : _mm256_add_ps(_mm256_castsi256_ps(sums[h]), bias);
        if (residual)
            numbers[h] = _mm256_fmadd_ps(
                half_load(element, residual, h), _mm256_set1_ps(layer->residual_scale), numbers[h]);
        if (layer->clamps) numbers[h] = half_clamped(numbers[h], layer->low, layer->high);
    }
    halves_store(element, output, numbers);
}

/// One output block of `pixels` of a tile, from pixel `first` on.
///
/// With constants for the first two arguments it is straight code: six pixels take 12 registers,
/// weights two, a pixel's number one.
AVX2_INLINE void block_of_tile(
    enum kernel_element element, int pixels, const struct convolve_layer *layer,
    const struct convolve_group *group, int32_t block, const struct convolve_tile *tile,
    int32_t first) {
    int parts = element == KERNEL_F32 ? 1 : 2;
    __m256i sums[CONVOLVE_MAXIMUM_PIXELS][AVX2_HALVES];
    __m256i *kept = (__m256i *)(tile->sums + (first * group->blocks + block) * KERNEL_LANES);
    ptrdiff_t pixel = group->blocks * AVX2_HALVES;
    AVX2_UNROLL for (int i = 0; i < pixels; i++)
        AVX2_UNROLL for (int h = 0; h < AVX2_HALVES; h++)
            sums[i][h] = tile->continues ? _mm256_loadu_si256(kept + i * pixel + h)
                                         : _mm256_setzero_si256();
    const uint8_t *weights = (const uint8_t *)group->weights + 64 * block;
    int32_t granules = layer->granules;
    for (int32_t tap = 0; tap < group->taps; tap++) {
        ptrdiff_t offset = group->offsets[tap];
        for (int32_t granule = 0; granule < granules; granule++) {
            AVX2_UNROLL for (int part = 0; part < parts; part++) {
                __m256i columns[AVX2_HALVES];
                AVX2_UNROLL for (int h = 0; h < AVX2_HALVES; h++)
                    columns[h] = part_of(
                        element, part, _mm256_loadu_si256((const __m256i *)weights + h), 1);
                AVX2_UNROLL for (int i = 0; i < pixels; i++) {
                    int32_t word;
                    __builtin_memcpy(&word, tile->windows[first + i] + offset, 4);
                    __m256i spread = part_of(element, part, _mm256_set1_epi32(word), 0);
                    AVX2_UNROLL for (int h = 0; h < AVX2_HALVES; h++)
                        sums[i][h] = multiply_add(element, sums[i][h], spread, columns[h]);
                }
            }
            weights += 64 * group->blocks;
            offset += 4;
        }
    }
    if (!tile->finishes) {
        AVX2_UNROLL for (int i = 0; i < pixels; i++)
            AVX2_UNROLL for (int h = 0; h < AVX2_HALVES; h++)
                _mm256_storeu_si256(kept + i * pixel + h, sums[i][h]);
        return;
    }
    AVX2_UNROLL for (int i = 0; i < pixels; i++)
        finish(
            element, layer, group->first_block + block, sums[i],
            tile->has_residual ? tile->residuals[first + i] + block * tile->residual_block : NULL,
            tile->outputs[first + i] + block * tile->output_block);
}

// What is left of a row of tiles takes the largest sizes that fit.
#define SIZE(ELEMENT, PIXELS) \
    for (; first + PIXELS <= tile->pixels; first += PIXELS) \
        for (int32_t block = 0; block < group->blocks; block++) \
            block_of_tile(ELEMENT, PIXELS, layer, group, block, tile, first);
#define FUNCTION(ELEMENT) \
    static void tile_##ELEMENT( \
        const struct convolve_layer *layer, const struct convolve_group *group, \
        const struct convolve_tile *tile) { \
        int32_t first = 0; \
        SIZE(ELEMENT, 6) SIZE(ELEMENT, 5) SIZE(ELEMENT, 4) SIZE(ELEMENT, 2) SIZE(ELEMENT, 1) \
    }
FUNCTION(KERNEL_F32)
FUNCTION(KERNEL_BF16)
FUNCTION(KERNEL_U8)

convolve_tile_function *convolve_choose_avx2(const struct convolve_layer *layer) {
    static convolve_tile_function *const functions[3] = {
        tile_KERNEL_F32, tile_KERNEL_BF16, tile_KERNEL_U8};
    return functions[layer->element];
}

AVX2_END

#endif
