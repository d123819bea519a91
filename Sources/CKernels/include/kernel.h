#pragma once

// What all network kernels share: the ways of computing, the kinds of number, and how a feature map
// lies in memory.
//
// A map holds its channels in blocks of 16: [block][row][column][16]. A column of a block, a pixel,
// is 16 numbers side by side: 64 bytes of f32, 32 of bf16, 16 of u8. Channels that fill up the last
// block hold anything finite; weights for them are zero. Rows and columns around the picture, the
// border, hold what stands for zero, so that a padded layer needs no special case at the edges.
// Kernels may read, not write, up to KERNEL_SLACK bytes behind a map.

#include <stddef.h>
#include <stdint.h>

/// Channels in a block.
#define KERNEL_LANES 16
/// Bytes that must be readable behind a map.
#define KERNEL_SLACK 1024

/// The ways of computing the same layer.
enum kernel_isa {
    KERNEL_SCALAR,
    KERNEL_AVX2,
    KERNEL_AVX512,
};

/// The kinds of number in a map.
enum kernel_element {
    /// IEEE single precision.
    KERNEL_F32,
    /// The upper half of a single-precision number; sums are kept in single precision.
    KERNEL_BF16,
    /// 0...255, a scale and a zero point apart from the number it stands for; sums are exact.
    KERNEL_U8,
};

/// The fastest way this processor has for layers of `element`.
enum kernel_isa kernel_best_isa(enum kernel_element element);

/// Bytes of one number.
size_t kernel_element_bytes(enum kernel_element element);

/// Where a map's numbers lie: the first pixel of the first block, and the bytes from one row, column,
/// block or image to the next. Larger steps than the map's own make a strided walk of it.
struct kernel_place {
    uint8_t *data;
    ptrdiff_t row;
    ptrdiff_t column;
    ptrdiff_t block;
    /// Not looked at where a call computes one image.
    ptrdiff_t image;
};

/// The pixels a call works on: rows first_row ..< end_row of `width` columns.
struct kernel_window {
    int32_t width;
    int32_t first_row;
    int32_t end_row;
};

/// What becomes of sums: [blocks, 16] numbers are added, then a residual, then they are clamped.
struct kernel_finish {
    const float *bias;
    /// A map of the result's size and element; NULL where nothing is added.
    const struct kernel_place *residual;
    int32_t clamps;
    float low, high;
};
