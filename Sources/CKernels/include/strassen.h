#pragma once

// Products of pixels and weights by Strassen's method in Winograd's form: seven products of half the
// size each way, where there would be eight. Strassen, "Gaussian Elimination is not Optimal" (1969);
// Winograd, "On Multiplication of 2 × 2 Matrices" (1971).
//
// Rows of the left matrix are pixels, columns input channels; both are cut in two. With quarters A, B
// and C of pixels × inputs, inputs × outputs and pixels × outputs:
//
//     S1 = A21 + A22        P1 = A11 B11      U2 = P1 + P6
//     S2 = S1 - A11         P2 = A12 B21      U3 = U2 + P7
//     S3 = A11 - A21        P3 = S4 B22
//     S4 = A12 - S2         P4 = A22 T4       C11 = P1 + P2
//     T1 = B12 - B11        P5 = S1 T1        C12 = U2 + P5 + P3
//     T2 = B22 - T1         P6 = S2 T2        C21 = U3 - P4
//     T3 = B22 - B12        P7 = S3 T3        C22 = U3 + P5
//     T4 = T2 - B21
//
// What belongs to the weights is formed once.

#include "kernel.h"

/// S1...S4 and A22.
#define STRASSEN_SUMS 5
/// P1...P7.
#define STRASSEN_PRODUCTS 7

/// Pixels of a map without a border, each with one half the map away.
struct strassen_pixels {
    /// The first of them, and how many there are.
    int32_t first, count;
    /// How many pixels further on the partners are.
    int32_t half;
    /// How many of them have a partner: all, or all but the last.
    int32_t paired;
    int32_t images;
};

/// Matrices of half the pixels and half the channels: f32 [matrix][block][image][pixel][16].
struct strassen_matrices {
    float *numbers;
    /// Bytes from one matrix, block or image to the next.
    ptrdiff_t matrix, block, image;
};

/// Forms the sums from `input`, whose `channels` fill an even number of blocks.
///
/// What fills up the last block counts as zero, and so does a partner that there is not.
void strassen_analyse(
    enum kernel_isa isa, const struct kernel_place *input, int32_t channels,
    const struct strassen_pixels *pixels, const struct strassen_matrices *sums);

/// Forms the results from the products, `blocks` of each half, in a map of `width` columns.
void strassen_combine(
    enum kernel_isa isa, const struct strassen_matrices *products, int32_t blocks,
    const struct strassen_pixels *pixels, const struct kernel_finish *finish,
    const struct kernel_place *output, int32_t width);
