#pragma once

// Convolutions of 3 × 3 by minimal filtering, F(4 × 4, 3 × 3): Winograd, "Arithmetic Complexity of
// Computations" (1980); Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks" (2016).
//
// A tile of 4 × 4 results takes 36 products a pair of channels in place of 144. Its window of 6 × 6
// numbers is turned into values of a polynomial at 36 positions, products are formed at each position
// over all channels, and turned back. Points are 0, ±√½, ±√2 and ∞: with them rounding grows least.

#include "kernel.h"

/// Positions at which products are formed.
#define WINOGRAD_POSITIONS 36
/// Rows and columns of results in a tile.
#define WINOGRAD_TILE 4

/// Some of the tiles of a layer's results, which are counted along rows, down, image by image, and
/// their numbers at the positions: f32 [position][block][tile][16].
struct winograd_tiles {
    /// Tiles in a row, and rows of tiles, of one image; the last of them may be cut off.
    int32_t across, down;
    /// The tiles that are worked on.
    int32_t first, count;
    float *numbers;
    /// Bytes from one position or block to the next.
    ptrdiff_t position, block;
};

/// A map of f32 or bf16 with zeros around it, whatever its memory holds there.
struct winograd_map {
    enum kernel_element element;
    struct kernel_place place;
    int32_t height, width;
    int32_t blocks;
};

/// Fills the tiles' numbers from `input`, whose first window begins `top` rows and `left` columns
/// outside.
void winograd_analyse(
    enum kernel_isa isa, const struct winograd_map *input, int32_t top, int32_t left,
    const struct winograd_tiles *tiles);

/// Computes the tiles' results from their numbers.
void winograd_combine(
    enum kernel_isa isa, const struct winograd_tiles *tiles, const struct kernel_finish *finish,
    const struct winograd_map *output);

/// A 3 × 3 filter at the 36 positions.
void winograd_filter(const float filter[9], float positions[WINOGRAD_POSITIONS]);
