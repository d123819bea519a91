#pragma once

// The three ways of computing a group of output blocks, chosen among in convolve.c.

#include "convolve.h"

/// The most pixels of a tile.
#define CONVOLVE_MAXIMUM_PIXELS 14
/// The most output blocks of a tile.
#define CONVOLVE_MAXIMUM_BLOCKS 5

/// A tile: pixels, each with its window, its results and what is added to them.
struct convolve_tile {
    const uint8_t *windows[CONVOLVE_MAXIMUM_PIXELS];
    uint8_t *outputs[CONVOLVE_MAXIMUM_PIXELS];
    /// Unset where there is no residual.
    const uint8_t *residuals[CONVOLVE_MAXIMUM_PIXELS];
    ptrdiff_t output_block;
    ptrdiff_t residual_block;
    int32_t has_residual;
};

/// Computes one tile of at most as many pixels as `convolve_tile_pixels` allows; returns how many of
/// its pixels are done, from the first on.
typedef int32_t convolve_tile_function(
    const struct convolve_layer *layer, const struct convolve_group *group,
    const struct convolve_tile *tile, int32_t pixels);

convolve_tile_function convolve_tile_scalar;
convolve_tile_function convolve_tile_avx2;
convolve_tile_function convolve_tile_avx512;
