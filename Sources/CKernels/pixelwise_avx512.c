#if defined(__x86_64__)
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "vectors_avx512.h"

AVX512_BEGIN

#define NAMED(NAME) NAME##_avx512
#define SIXTEEN_AVX512
#include "channels_portable.h"
#include "pixelwise_portable.h"

/// 2^x: a polynomial of what is left of x beside a whole number, good to 7.5e-8 of the result; to
/// 7.5e-5 where that is to become a bf16, which has 8 bits.
AVX512_INLINE __m512 powers_of_two(enum kernel_element element, __m512 x) {
    __m512 n = _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT);
    __m512 r = _mm512_sub_ps(x, n), p;
    if (element == KERNEL_BF16) {
        p = _mm512_set1_ps(5.51716685e-2f);
        p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(2.42611140e-1f));
        p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(6.93260968e-1f));
        p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(9.99928057e-1f));
    } else {
        p = _mm512_set1_ps(1.32764725e-3f);
        p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(9.67554189e-3f));
        p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(5.55071309e-2f));
        p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(2.40221202e-1f));
        p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(6.93146944e-1f));
        p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1));
    }
    return _mm512_scalef_ps(p, n);
}

/// 1 / (1 + exp(-x)): by the processor's estimate of the reciprocal, refined once where 14 bits are
/// not enough.
AVX512_INLINE __m512 sigmoids(enum kernel_element element, __m512 x) {
    __m512 sum = _mm512_add_ps(
        powers_of_two(element, _mm512_mul_ps(x, _mm512_set1_ps(-1.44269504f))), _mm512_set1_ps(1));
    __m512 estimate = _mm512_rcp14_ps(sum);
    if (element == KERNEL_BF16) return estimate;
    // An infinite sum would make this 0 · infinity.
    sum = _mm512_min_ps(sum, _mm512_set1_ps(1e38f));
    return _mm512_mul_ps(
        estimate, _mm512_fnmadd_ps(sum, estimate, _mm512_set1_ps(2)));
}

AVX512_INLINE void activate_rows(
    enum kernel_element element, enum pixelwise_function function, int32_t blocks,
    const struct kernel_place *input, const struct kernel_place *output,
    struct kernel_window window) {
    int bytes = element == KERNEL_F32 ? 64 : 32;
    for (int32_t block = 0; block < blocks; block++)
        for (int32_t row = window.first_row; row < window.end_row; row++) {
            const uint8_t *from = input->data + block * input->block + row * input->row;
            uint8_t *to = output->data + block * output->block + row * output->row;
            for (int32_t i = 0; i < window.width; i++) {
                __m512 x = vector_load(element, from + i * bytes);
                __m512 share = sigmoids(element, x);
                vector_store(
                    element, to + i * bytes,
                    function == PIXELWISE_SILU ? _mm512_mul_ps(x, share) : share);
            }
        }
}

AVX512_INLINE int pixel_bytes(enum kernel_element element) {
    return element == KERNEL_F32 ? 64 : element == KERNEL_BF16 ? 32 : 16;
}

/// `numbers * scale + shift` of a row's pixels, clamped, from one element to another.
AVX512_INLINE void map_pixels(
    enum kernel_element from_element, enum kernel_element to_element, __m512 scale, __m512 shift,
    float low, float high, const uint8_t *from, uint8_t *to, int32_t pixels) {
    int from_bytes = pixel_bytes(from_element), to_bytes = pixel_bytes(to_element);
    int32_t i = 0;
    if (to_element == KERNEL_U8) {
        for (; i + 4 <= pixels; i += 4) {
            __m512 numbers[4];
            AVX512_UNROLL for (int k = 0; k < 4; k++)
                numbers[k] = vector_clamped(
                    _mm512_fmadd_ps(
                        vector_load(from_element, from + (i + k) * from_bytes), scale, shift),
                    low, high);
            vector_store_four(to + i * to_bytes, numbers);
        }
    }
    for (; i < pixels; i++) {
        __m512 numbers =
            _mm512_fmadd_ps(vector_load(from_element, from + i * from_bytes), scale, shift);
        vector_store(to_element, to + i * to_bytes, vector_clamped(numbers, low, high));
    }
}

/// Calls ROW with the two elements as constants.
#define FOR_EACH_PAIR(FROM, TO, ROW) \
    switch (3 * (FROM) + (TO)) { \
    case 3 * KERNEL_F32 + KERNEL_F32: ROW(KERNEL_F32, KERNEL_F32) break; \
    case 3 * KERNEL_F32 + KERNEL_BF16: ROW(KERNEL_F32, KERNEL_BF16) break; \
    case 3 * KERNEL_F32 + KERNEL_U8: ROW(KERNEL_F32, KERNEL_U8) break; \
    case 3 * KERNEL_BF16 + KERNEL_F32: ROW(KERNEL_BF16, KERNEL_F32) break; \
    case 3 * KERNEL_BF16 + KERNEL_BF16: ROW(KERNEL_BF16, KERNEL_BF16) break; \
    case 3 * KERNEL_BF16 + KERNEL_U8: ROW(KERNEL_BF16, KERNEL_U8) break; \
    case 3 * KERNEL_U8 + KERNEL_F32: ROW(KERNEL_U8, KERNEL_F32) break; \
    case 3 * KERNEL_U8 + KERNEL_BF16: ROW(KERNEL_U8, KERNEL_BF16) break; \
    default: ROW(KERNEL_U8, KERNEL_U8) break; \
    }

void pixelwise_map_vectors(
    const struct pixelwise_affine *layer, const struct kernel_place *input,
    const struct kernel_place *output, struct kernel_window window) {
    for (int32_t block = 0; block < layer->blocks; block++) {
        __m512 scale = _mm512_loadu_ps(layer->scale + block * 16);
        __m512 shift = _mm512_loadu_ps(layer->shift + block * 16);
        for (int32_t row = window.first_row; row < window.end_row; row++) {
            const uint8_t *from = input->data + block * input->block + row * input->row;
            uint8_t *to = output->data + block * output->block + row * output->row;
#define ROW(FROM, TO) \
    map_pixels(FROM, TO, scale, shift, layer->low, layer->high, from, to, window.width);
            FOR_EACH_PAIR(layer->from, layer->to, ROW)
#undef ROW
        }
    }
}

void pixelwise_activate_exponential(
    enum kernel_element element, enum pixelwise_function function, int32_t blocks,
    const struct kernel_place *input, const struct kernel_place *output,
    struct kernel_window window) {
    bool is_silu = function == PIXELWISE_SILU;
    if (element == KERNEL_F32 && is_silu)
        activate_rows(KERNEL_F32, PIXELWISE_SILU, blocks, input, output, window);
    else if (element == KERNEL_F32)
        activate_rows(KERNEL_F32, PIXELWISE_SIGMOID, blocks, input, output, window);
    else if (is_silu)
        activate_rows(KERNEL_BF16, PIXELWISE_SILU, blocks, input, output, window);
    else
        activate_rows(KERNEL_BF16, PIXELWISE_SIGMOID, blocks, input, output, window);
}

/// Sixteen numbers, scaled and shifted; those beyond `count` are not read.
AVX512_INLINE __m512 scaled(const float *numbers, int32_t count, __m512 scale, __m512 shift) {
    __mmask16 kept = count >= 16 ? 0xffff : count <= 0 ? 0 : (__mmask16)((1 << count) - 1);
    return _mm512_fmadd_ps(_mm512_maskz_loadu_ps(kept, numbers), scale, shift);
}

/// A row of three channels to one of four, of which the last is 0.
AVX512_INLINE void read_row(
    enum kernel_element element, const float *numbers, int32_t pixels, __m512 scale, __m512 shift,
    uint8_t *to) {
    // Four bytes or two halves a pixel come from three; a mask leaves the fourth 0.
    __m512i thirds = _mm512_set_epi8(
        0, 47, 46, 45, 0, 44, 43, 42, 0, 41, 40, 39, 0, 38, 37, 36, 0, 35, 34, 33, 0, 32, 31, 30, 0,
        29, 28, 27, 0, 26, 25, 24, 0, 23, 22, 21, 0, 20, 19, 18, 0, 17, 16, 15, 0, 14, 13, 12, 0, 11,
        10, 9, 0, 8, 7, 6, 0, 5, 4, 3, 0, 2, 1, 0);
    int32_t together = element == KERNEL_U8 ? 16 : 4;
    for (int32_t i = 0; i < pixels; i += together) {
        const float *from = numbers + 3 * i;
        int32_t left = pixels - i < together ? pixels - i : together;
        if (element == KERNEL_U8) {
            __m512 parts[4];
            AVX512_UNROLL for (int part = 0; part < 3; part++)
                parts[part] = scaled(from + 16 * part, 3 * left - 16 * part, scale, shift);
            parts[3] = _mm512_setzero_ps();
            __m512i bytes = _mm512_maskz_permutexvar_epi8(
                0x7777777777777777ull, thirds, vector_bytes(parts));
            __mmask16 kept = left == 16 ? 0xffff : (__mmask16)((1 << left) - 1);
            _mm512_mask_storeu_epi32(to + 4 * i, kept, bytes);
            continue;
        }
        __m512 stored = scaled(from, 3 * left < 12 ? 3 * left : 12, scale, shift);
        __m512 spread = _mm512_maskz_expand_ps(0x7777, stored);
        __mmask16 kept = left == 4 ? 0xffff : (__mmask16)((1 << 4 * left) - 1);
        if (element == KERNEL_F32)
            _mm512_mask_storeu_ps(to + 16 * i, kept, spread);
        else
            _mm256_mask_storeu_epi16(to + 8 * i, kept, (__m256i)_mm512_cvtneps_pbh(spread));
    }
}

void pixelwise_read_three(
    const struct pixelwise_input *layer, const float *numbers, const struct kernel_place *output,
    struct kernel_window window) {
    __m512 scale = _mm512_set1_ps(layer->scale), shift = _mm512_set1_ps(layer->shift);
    for (int32_t row = window.first_row; row < window.end_row; row++) {
        uint8_t *to = output->data + row * output->row;
        switch (layer->element) {
        case KERNEL_F32: read_row(KERNEL_F32, numbers, window.width, scale, shift, to); break;
        case KERNEL_BF16: read_row(KERNEL_BF16, numbers, window.width, scale, shift, to); break;
        case KERNEL_U8: read_row(KERNEL_U8, numbers, window.width, scale, shift, to); break;
        }
        numbers += 3 * window.width;
    }
}

void pixelwise_look_up_vbmi(
    const uint8_t table[256], int32_t blocks, const struct kernel_place *input,
    const struct kernel_place *output, struct kernel_window window) {
    __m512i quarters[4];
    for (int i = 0; i < 4; i++) quarters[i] = _mm512_loadu_si512(table + 64 * i);
    int32_t count = window.width * 16;
    for (int32_t block = 0; block < blocks; block++)
        for (int32_t row = window.first_row; row < window.end_row; row++) {
            const uint8_t *from = input->data + block * input->block + row * input->row;
            uint8_t *to = output->data + block * output->block + row * output->row;
            for (int32_t i = 0; i < count; i += 64) {
                __mmask64 kept = count - i >= 64 ? ~0ull : (1ull << (count - i)) - 1;
                __m512i index = _mm512_maskz_loadu_epi8(kept, from + i);
                // Seven bits choose within half a table, the eighth between the halves.
                __m512i low = _mm512_permutex2var_epi8(quarters[0], index, quarters[1]);
                __m512i high = _mm512_permutex2var_epi8(quarters[2], index, quarters[3]);
                __m512i found = _mm512_mask_blend_epi8(_mm512_movepi8_mask(index), low, high);
                _mm512_mask_storeu_epi8(to + i, kept, found);
            }
        }
}

AVX512_END
#endif
