#pragma once

// What transformers add to matrix products.

#include "kernel.h"

/// (x - mean) / sqrt(variance + epsilon) · scale + shift by the channels of each pixel, f32.
struct sequence_norm {
    int32_t channels;
    /// [blocks, 16], 0 where there is no channel.
    const float *scale, *shift;
    float epsilon;
};
void sequence_normalise(
    enum kernel_isa isa, const struct sequence_norm *layer, const struct kernel_place *input,
    const struct kernel_place *output, struct kernel_window window);

/// Replaces the first `count` numbers of each row by exp(scale · x) / Σ exp(scale · x). Rows begin
/// `row` floats apart; up to the next multiple of 16 they may be read and are set to 0.
void sequence_softmax(
    enum kernel_isa isa, float scale, int32_t count, float *numbers, ptrdiff_t row, int32_t rows);
