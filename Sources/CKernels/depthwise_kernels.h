#pragma once

// The ways of filtering the rows of one block, chosen among in depthwise.c.

#include "depthwise.h"

/// How AVX-512 multiplies several taps at a time: registers hold `taps` neighbouring pixels, a
/// channel's side by side, and a window that begins at one of `shifts` pixels of the first register
/// meets `registers` of them.
struct depthwise_scheme {
    int32_t taps;
    int32_t shifts;
    int32_t registers;
};

/// The scheme for a kernel of that size.
static inline struct depthwise_scheme depthwise_scheme_of(
    enum kernel_element element, int32_t kernel, int32_t stride) {
    int32_t taps = element == KERNEL_U8 ? 4 : element == KERNEL_BF16 ? 2 : 1;
    // A register serves several windows where these are a pixel apart.
    int32_t shifts = 1;
    if (stride == 1 && element == KERNEL_U8) shifts = kernel == 5 ? 4 : 2;
    if (stride == 1 && element == KERNEL_BF16) shifts = 2;
    return (struct depthwise_scheme){taps, shifts, (shifts - 1 + kernel + taps - 1) / taps};
}

/// Whether there is vector code for kernels of that size.
static inline int depthwise_has_vectors(int32_t kernel, int32_t stride) {
    return (kernel == 3 || kernel == 5 || kernel == 7) && (stride == 1 || stride == 2);
}

/// Computes rows first_row ..< end_row of one block.
typedef void depthwise_block_function(
    const struct depthwise_layer *layer, int32_t block, const struct kernel_place *input,
    const struct kernel_place *output, struct kernel_window window);

depthwise_block_function depthwise_block_scalar;
depthwise_block_function depthwise_block_avx2;
/// For kernels that `depthwise_has_vectors` says no to, with the weights of plain C.
depthwise_block_function depthwise_any_avx2;
depthwise_block_function depthwise_block_avx512;

/// Packs for AVX-512: [kernel rows, shifts, registers, 16, taps].
void depthwise_pack_avx512(
    enum kernel_element element, int32_t kernel, int32_t stride, const float *weights, void *packed);
