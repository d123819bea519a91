#pragma once

// The three ways of doing each pass, chosen among in resize.c. `rows` and `groups` are inputs as
// resize.h lays them out; one call makes one group of rows, or one row.

#include "resize.h"

void resize_mix_columns_scalar(
    const struct resize_axis *axis, const uint8_t *const rows[4], uint8_t *group);
void resize_mix_rows_scalar(
    const int32_t *words, int32_t blocks, const uint8_t *groups, size_t stride, int32_t values,
    uint8_t *output);

/// Four weights as three base-256 digits of each, signed: words 0, 1, 2 hold the four lowest, middle
/// and highest digits.
static inline void resize_pack_digits(int32_t weights[4]) {
    uint32_t words[3] = {0, 0, 0};
    for (int k = 0; k < 4; k++) {
        int32_t rest = weights[k];
        for (int digit = 0; digit < 3; digit++) {
            int8_t low = (int8_t)rest;
            words[digit] |= (uint32_t)(uint8_t)low << (8 * k);
            rest = (rest - low) >> 8;
        }
    }
    for (int digit = 0; digit < 3; digit++) weights[digit] = (int32_t)words[digit];
    weights[3] = 0;
}

/// The bits of a weight in its lower half, of `resize_pack_halves`.
#define RESIZE_HALF_BITS 11

/// Four weights as two 16-bit halves of each: words 0, 1 hold the four upper ones, 2, 3 the lower.
static inline void resize_pack_halves(int32_t weights[4]) {
    uint32_t words[4];
    for (int pair = 0; pair < 2; pair++) {
        int32_t a = weights[2 * pair], b = weights[2 * pair + 1];
        uint32_t low = (1u << RESIZE_HALF_BITS) - 1;
        words[pair] = (uint16_t)(a >> RESIZE_HALF_BITS)
            | (uint32_t)(uint16_t)(b >> RESIZE_HALF_BITS) << 16;
        words[2 + pair] = ((uint32_t)a & low) | ((uint32_t)b & low) << 16;
    }
    for (int i = 0; i < 4; i++) weights[i] = (int32_t)words[i];
}

#if defined(__x86_64__)
void resize_mix_columns_avx2(
    const struct resize_axis *axis, const uint8_t *const rows[4], uint8_t *group);
void resize_mix_rows_avx2(
    const int32_t *words, int32_t blocks, const uint8_t *groups, size_t stride, int32_t values,
    uint8_t *output);
void resize_mix_columns_vnni(
    const struct resize_axis *axis, const uint8_t *const rows[4], uint8_t *group);
void resize_mix_rows_vnni(
    const int32_t *words, int32_t blocks, const uint8_t *groups, size_t stride, int32_t values,
    uint8_t *output);
#endif
