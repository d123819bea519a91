#pragma once

// Convolutions over all input channels, or over groups of them, in tiles of pixels × output blocks
// that stay in registers from the first multiply-add to the last.

#include "kernel.h"

/// Output blocks that are computed together, with the numbers they need.
struct convolve_group {
    /// The first of the output blocks.
    int32_t first_block;
    /// How many there are; 1...5.
    int32_t blocks;
    /// Whether the last of them holds eight channels or fewer, so that half a register does for it.
    int32_t ends_in_half;
    /// How many `offsets` there are.
    int32_t taps;
    /// Bytes from a window's first pixel to the 4-byte granules it meets, `granules` at a time.
    const int32_t *offsets;
    /// [taps, granules, blocks, 16, 4 bytes]: per output channel 4 s8, 2 bf16 or 1 f32.
    const void *weights;
};

/// A convolution's weights, packed for its kernel; shared by all streams.
struct convolve_layer {
    enum kernel_element element;
    /// 4-byte granules that each offset leads to; 1, 2 or 4.
    int32_t granules;
    int32_t groups;
    const struct convolve_group *group;
    /// [output blocks, 16] What sums are multiplied with; nothing but 1 where sums are floating.
    const float *scale;
    /// [output blocks, 16] What is added to that.
    const float *bias;
    /// What the residual's numbers are multiplied with.
    float residual_scale;
    /// Whether results are clamped to low...high, in stored numbers; u8 saturates in any case.
    int32_t clamps;
    float low, high;
};

/// Computes `window` of each of `images` of `output` from `input`, whose strides are those of the walk
/// over windows.
///
/// Images follow each other in the tiles as rows do: more of them make better use of weights.
/// `residual`, or NULL, is added before the clamp. Every map is of the layer's element.
/// output = clamp(sum * scale + bias + residual * residual_scale)
void convolve(
    enum kernel_isa isa, const struct convolve_layer *layer, const struct kernel_place *input,
    const struct kernel_place *output, const struct kernel_place *residual,
    struct kernel_window window, int32_t images);

/// The most pixels that a tile of `blocks` output blocks holds.
int32_t convolve_tile_pixels(int32_t blocks);
