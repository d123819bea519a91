#pragma once

// The three builds of the pixelwise kernels, chosen among in pixelwise.c.

#include "pixelwise.h"

#define PIXELWISE_DECLARE(ISA) \
    void pixelwise_activate_##ISA( \
        enum kernel_element element, struct pixelwise_activation activation, int32_t blocks, \
        const struct kernel_place *input, const struct kernel_place *output, \
        struct kernel_window window); \
    void pixelwise_look_up_##ISA( \
        const uint8_t table[256], int32_t blocks, const struct kernel_place *input, \
        const struct kernel_place *output, struct kernel_window window); \
    void pixelwise_map_##ISA( \
        const struct pixelwise_affine *layer, const struct kernel_place *input, \
        const struct kernel_place *output, struct kernel_window window); \
    void pixelwise_add_##ISA( \
        const struct pixelwise_sum *layer, const struct kernel_place *a, \
        const struct kernel_place *b, const struct kernel_place *output, \
        struct kernel_window window); \
    void pixelwise_multiply_##ISA( \
        int32_t blocks, const struct kernel_place *a, const struct kernel_place *b, \
        const struct kernel_place *output, struct kernel_window window); \
    void pixelwise_move_##ISA( \
        enum kernel_element element, int32_t channels, int32_t from, int32_t to, \
        const struct kernel_place *input, const struct kernel_place *output, \
        struct kernel_window window); \
    void pixelwise_read_##ISA( \
        const struct pixelwise_input *layer, const float *numbers, \
        const struct kernel_place *output, struct kernel_window window);

PIXELWISE_DECLARE(scalar)
PIXELWISE_DECLARE(avx2)
PIXELWISE_DECLARE(avx512)

/// The look-up by byte permutations.
void pixelwise_look_up_vbmi(
    const uint8_t table[256], int32_t blocks, const struct kernel_place *input,
    const struct kernel_place *output, struct kernel_window window);

/// SiLU or the sigmoid, by explicit vectors.
void pixelwise_activate_exponential(
    enum kernel_element element, enum pixelwise_function function, int32_t blocks,
    const struct kernel_place *input, const struct kernel_place *output,
    struct kernel_window window);

/// `pixelwise_map`, by explicit vectors.
void pixelwise_map_vectors(
    const struct pixelwise_affine *layer, const struct kernel_place *input,
    const struct kernel_place *output, struct kernel_window window);

/// `pixelwise_read` of three channels into pixels of four numbers.
void pixelwise_read_three(
    const struct pixelwise_input *layer, const float *numbers, const struct kernel_place *output,
    struct kernel_window window);
