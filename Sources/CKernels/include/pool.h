#pragma once

// Maxima and means over windows.

#include "kernel.h"

/// A pooling layer. Windows end at the edges of the picture: no border is read.
struct pool_layer {
    enum kernel_element element;
    int32_t blocks;
    /// The input's rows and columns.
    int32_t rows, columns;
    int32_t kernel_rows, kernel_columns;
    int32_t stride_rows, stride_columns;
    /// Rows above, columns before the picture that the first window covers.
    int32_t top, left;
    /// Means only: how many rows below and columns after the picture count as zeros, on top of those
    /// above and before; all four are left out of the count where `counts_padding` is 0.
    int32_t bottom, right;
    int32_t counts_padding;
    /// Means only: the number that stands for zero.
    float zero;
};

/// The largest number of each window.
void pool_maximum(
    enum kernel_isa isa, const struct pool_layer *layer, const struct kernel_place *input,
    const struct kernel_place *output, struct kernel_window window);

/// The mean of each window.
void pool_mean(
    enum kernel_isa isa, const struct pool_layer *layer, const struct kernel_place *input,
    const struct kernel_place *output, struct kernel_window window);

/// The mean of all pixels of each channel, times `scale`, plus `shift`, as f32: [blocks, 16].
///
/// Sums of u8 are exact; others are formed in the order of the pixels.
void pool_all(
    enum kernel_isa isa, enum kernel_element element, int32_t blocks, float scale, float shift,
    const struct kernel_place *input, struct kernel_window window, float *output);
