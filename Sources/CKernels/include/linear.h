#pragma once

// Matrix products with packed weights, in f32.

#include "kernel.h"

/// Outputs that are computed together.
#define LINEAR_PANEL 32

/// The weights of a product, packed by `linear_pack`.
struct linear_layer {
    /// In what the weights are stored; f32 or bf16.
    enum kernel_element element;
    int32_t inputs, outputs;
    /// [panels, inputs, LINEAR_PANEL].
    const void *weights;
    /// [outputs]; or NULL for zeros.
    const float *bias;
};

/// Bytes of packed weights.
size_t linear_packed_bytes(enum kernel_element element, int32_t inputs, int32_t outputs);

/// Packs weights, of which the one from input i to output o is
/// weights[o * output_step + i * input_step].
void linear_pack(
    enum kernel_element element, int32_t inputs, int32_t outputs, const float *weights,
    ptrdiff_t input_step, ptrdiff_t output_step, void *packed);

/// output = weights · input + bias for each of `rows` rows, which begin `input_row` and `output_row`
/// floats apart. A row's result does not depend on how many rows there are, and every isa gives the same:
/// products are added one after the other, each rounded once.
void linear(
    enum kernel_isa isa, const struct linear_layer *layer, const float *input, ptrdiff_t input_row,
    float *output, ptrdiff_t output_row, int32_t rows);
