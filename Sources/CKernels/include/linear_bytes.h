#pragma once

// Matrix products in whole numbers: weights of 8 bits, inputs rounded to 8 bits row by row.

#include "kernel.h"

/// The weights of a product, packed by `linear_bytes_pack`.
struct linear_bytes_layer {
    /// At most LINEAR_BYTES_INPUTS inputs.
    int32_t inputs, outputs;
    /// [panels, inputs / 4, LINEAR_PANEL, 4].
    const void *weights;
    /// [outputs] What one step of an output's weights is worth.
    const float *scale;
    /// [outputs] The sum of an output's weights, in steps.
    const float *sums;
    /// [outputs].
    const float *bias;
};

/// The most inputs whose products cannot overflow a sum of 32 bits.
#define LINEAR_BYTES_INPUTS 65536

/// What a row's bytes stand for: (byte - zero) * step.
struct linear_bytes_row {
    float step;
    float zero;
};

/// Bytes of packed weights.
size_t linear_bytes_packed_bytes(int32_t inputs, int32_t outputs);

/// Bytes of a row's inputs.
size_t linear_bytes_input_bytes(int32_t inputs);

/// Packs whole weights -127...127, [outputs, inputs].
void linear_bytes_pack(int32_t inputs, int32_t outputs, const float *weights, void *packed);

/// Rounds a row of `count` floats to bytes, over the range from the least of them to the largest, 0
/// among them.
struct linear_bytes_row linear_bytes_round(const float *numbers, int32_t count, uint8_t *bytes);

/// output = weights · input + bias for each of `rows` rows. Sums are exact, so every isa gives the same,
/// and a row's result does not depend on how many rows there are.
void linear_bytes(
    enum kernel_isa isa, const struct linear_bytes_layer *layer, const uint8_t *input,
    const struct linear_bytes_row *row, float *output, ptrdiff_t output_row, int32_t rows);
