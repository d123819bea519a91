#pragma once

// Convolutions that filter each channel by itself.

#include "kernel.h"

/// A depthwise convolution's weights, packed by `depthwise_pack`.
struct depthwise_layer {
    enum kernel_element element;
    int32_t blocks;
    /// Rows and columns of the kernel.
    int32_t kernel;
    /// Step between windows, in both directions.
    int32_t stride;
    /// [blocks, depthwise_packed_bytes] as packed for the same isa.
    const void *weights;
    /// [blocks, 16] What sums are multiplied with.
    const float *scale;
    /// [blocks, 16] What is added to that.
    const float *bias;
    /// Whether results are clamped to low...high, in stored numbers; u8 saturates in any case.
    int32_t clamps;
    float low, high;
};

/// Bytes of a block's packed weights.
size_t depthwise_packed_bytes(enum kernel_isa isa, enum kernel_element element, int32_t kernel, int32_t stride);

/// Packs one block's weights: `weights` is [kernel, kernel, 16], numbers of the element as floats
/// (whole numbers -128...127 for u8).
void depthwise_pack(
    enum kernel_isa isa, enum kernel_element element, int32_t kernel, int32_t stride,
    const float *weights, void *packed);

/// Computes `window` of blocks `first_block` ..< `end_block`; `input` is the window's first pixel,
/// with the map's own strides.
void depthwise(
    enum kernel_isa isa, const struct depthwise_layer *layer, int32_t first_block, int32_t end_block,
    const struct kernel_place *input, const struct kernel_place *output,
    struct kernel_window window);
