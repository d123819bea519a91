#pragma once

// The three ways of computing a group of output blocks, chosen among in convolve.c.

#include <stdbool.h>

#include "convolve.h"

/// The most pixels of a tile.
#define CONVOLVE_MAXIMUM_PIXELS 8
/// The most output blocks of a tile.
#define CONVOLVE_MAXIMUM_BLOCKS 5
/// The most sums of a tile, each of sixteen numbers.
#define CONVOLVE_MAXIMUM_SUMS 28

/// Pointers are written this many at a time, wanted or not.
#define CONVOLVE_POINTERS_AT_ONCE CONVOLVE_MAXIMUM_PIXELS
/// Room for a tile's pointers, and for those that are written beyond its last pixel.
#define CONVOLVE_POINTERS (2 * CONVOLVE_MAXIMUM_PIXELS)

/// A tile: pixels, each with its window, its results and what is added to them.
struct convolve_tile {
    /// How many pixels there are, 1...convolve_tile_pixels.
    int32_t pixels;
    uint8_t *windows[CONVOLVE_POINTERS];
    uint8_t *outputs[CONVOLVE_POINTERS];
    /// Unset where there is no residual.
    uint8_t *residuals[CONVOLVE_POINTERS];
    ptrdiff_t output_block;
    ptrdiff_t residual_block;
    bool has_residual;
    /// [pixel, block, 16] Sums on their way from one part of the taps to the next.
    int32_t *sums;
    /// Whether `sums` holds what the taps before came to.
    bool continues;
    /// Whether these are the last taps, so that results are due.
    bool finishes;
};

/// Adds up a tile over the taps of `group`, and stores its results or its sums.
typedef void convolve_tile_function(
    const struct convolve_layer *layer, const struct convolve_group *group,
    const struct convolve_tile *tile);

convolve_tile_function convolve_tile_scalar;

// The tile functions of the others, compiled for a layer's element and a group's size.

convolve_tile_function *convolve_choose_avx2(const struct convolve_layer *layer);
convolve_tile_function *convolve_choose_avx512(
    const struct convolve_layer *layer, const struct convolve_group *group);
