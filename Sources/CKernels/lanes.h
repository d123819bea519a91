#pragma once

// Sixteen numbers of a map as sixteen floats and back, in portable C that compilers turn into vector
// instructions of whatever target the including file is built for.

#include <math.h>
#include <string.h>

#include "kernel.h"

#define LANES_INLINE static inline __attribute__((always_inline))

LANES_INLINE float lanes_from_bf16(uint16_t half) {
    uint32_t word = (uint32_t)half << 16;
    float value;
    memcpy(&value, &word, 4);
    return value;
}

/// Rounds to nearest, ties to even; a number that is not finite stays so.
LANES_INLINE uint16_t lanes_to_bf16(float value) {
    uint32_t word;
    memcpy(&word, &value, 4);
    if ((word & 0x7fffffff) > 0x7f800000) return (uint16_t)(word >> 16 | 0x40);
    return (uint16_t)((word + 0x7fff + (word >> 16 & 1)) >> 16);
}

/// Rounds to nearest, ties to even, and saturates at 0 and 255.
LANES_INLINE uint8_t lanes_to_u8(float value) {
    // Adding 1.5 * 2^23 leaves no bits for a fraction: the sum is rounded as the processor rounds.
    float clamped = value < 0 ? 0 : value > 255 ? 255 : value;
    float shifted = clamped + 12582912.0f;
    uint32_t word;
    memcpy(&word, &shifted, 4);
    return (uint8_t)word;
}

LANES_INLINE void lanes_load(enum kernel_element element, const uint8_t *from, float to[16]) {
    switch (element) {
    case KERNEL_F32: memcpy(to, from, 64); return;
    case KERNEL_BF16:
        for (int lane = 0; lane < 16; lane++) {
            uint16_t half;
            memcpy(&half, from + 2 * lane, 2);
            to[lane] = lanes_from_bf16(half);
        }
        return;
    case KERNEL_U8:
        for (int lane = 0; lane < 16; lane++) to[lane] = (float)from[lane];
        return;
    }
}

LANES_INLINE void lanes_store(enum kernel_element element, const float from[16], uint8_t *to) {
    switch (element) {
    case KERNEL_F32: memcpy(to, from, 64); return;
    case KERNEL_BF16:
        for (int lane = 0; lane < 16; lane++) {
            uint16_t half = lanes_to_bf16(from[lane]);
            memcpy(to + 2 * lane, &half, 2);
        }
        return;
    case KERNEL_U8:
        for (int lane = 0; lane < 16; lane++) to[lane] = lanes_to_u8(from[lane]);
        return;
    }
}
