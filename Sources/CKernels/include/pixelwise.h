#pragma once

// Layers that look at one pixel at a time, and at its own channel only.

#include "kernel.h"

/// Functions of one number.
enum pixelwise_function {
    /// min(max(x, a), b).
    PIXELWISE_CLAMP,
    /// x for x above 0, a·x below.
    PIXELWISE_LEAKY_RELU,
    /// 1 / (1 + exp(-x)).
    PIXELWISE_SIGMOID,
    /// x · sigmoid(x).
    PIXELWISE_SILU,
    /// min(max(x / 6 + 1/2, 0), 1).
    PIXELWISE_HARD_SIGMOID,
    /// x · hard sigmoid(x).
    PIXELWISE_HARD_SWISH,
    /// x · Φ(x), by the error function.
    PIXELWISE_GELU,
    /// The hyperbolic tangent.
    PIXELWISE_TANH,
};

/// A function with its parameters.
struct pixelwise_activation {
    enum pixelwise_function function;
    float a, b;
};

/// `activation` of each of `count` numbers, in portable arithmetic: the same on every processor but
/// for the last bits.
void pixelwise_apply(struct pixelwise_activation activation, float *numbers, size_t count);

/// output = activation(input), both of one element: f32 or bf16.
void pixelwise_activate(
    enum kernel_isa isa, enum kernel_element element, struct pixelwise_activation activation,
    int32_t blocks, const struct kernel_place *input, const struct kernel_place *output,
    struct kernel_window window);

/// output = table[input], u8.
void pixelwise_look_up(
    enum kernel_isa isa, const uint8_t table[256], int32_t blocks, const struct kernel_place *input,
    const struct kernel_place *output, struct kernel_window window);

/// output = min(max(input * scale + shift, low), high), with [blocks, 16] scales and shifts; u8
/// results are rounded and saturate. Input and output may be of different elements.
struct pixelwise_affine {
    enum kernel_element from, to;
    int32_t blocks;
    const float *scale, *shift;
    float low, high;
};
void pixelwise_map(
    enum kernel_isa isa, const struct pixelwise_affine *layer, const struct kernel_place *input,
    const struct kernel_place *output, struct kernel_window window);

/// output = min(max(a * scale_a + b * scale_b + shift, low), high), all of one element.
struct pixelwise_sum {
    enum kernel_element element;
    int32_t blocks;
    float scale_a, scale_b, shift;
    float low, high;
};
void pixelwise_add(
    enum kernel_isa isa, const struct pixelwise_sum *layer, const struct kernel_place *a,
    const struct kernel_place *b, const struct kernel_place *output, struct kernel_window window);

/// output = a · b, f32.
void pixelwise_multiply(
    enum kernel_isa isa, int32_t blocks, const struct kernel_place *a, const struct kernel_place *b,
    const struct kernel_place *output, struct kernel_window window);

/// What surrounds a picture of `rows` x `columns` in each block of its map.
struct pixelwise_border {
    int32_t blocks, rows, columns;
    /// Pixels around the picture.
    int32_t top, left, bottom, right;
    /// Bytes of a pixel, a multiple of 4.
    int32_t pixel;
    /// Bytes behind each block's last row that belong to no pixel, and those behind the last block.
    int32_t gap, slack;
    /// What the border is filled with.
    uint8_t byte;
};

/// Fills the border, and sets gaps and slack to 0: kernels read pixels there that they give no
/// weight, which must be finite. `picture` is the first pixel inside the border.
void pixelwise_fill_border(
    const struct pixelwise_border *border, const struct kernel_place *picture);

/// Sets every pixel to the stored number `value`.
void pixelwise_fill(
    enum kernel_element element, int32_t blocks, float value, const struct kernel_place *output,
    struct kernel_window window);

/// Copies `channels` channels, at least one, from channel `from` of one map to channel `to` of
/// another, numbers of `element` unchanged. Other channels of the result's blocks keep theirs.
void pixelwise_move(
    enum kernel_isa isa, enum kernel_element element, int32_t channels, int32_t from, int32_t to,
    const struct kernel_place *input, const struct kernel_place *output,
    struct kernel_window window);

/// Turns pixels of `channels` floats, each `pixel` floats from the last one, into pixels of one block
/// of `stored` numbers: number * scale + shift; what is stored beyond the channels is 0.
struct pixelwise_input {
    enum kernel_element element;
    int32_t channels, stored, pixel;
    float scale, shift;
};
void pixelwise_read(
    enum kernel_isa isa, const struct pixelwise_input *layer, const float *numbers,
    const struct kernel_place *output, struct kernel_window window);
