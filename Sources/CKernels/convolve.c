#include "convolve.h"

#include "convolve_kernels.h"

int32_t convolve_tile_pixels(int32_t blocks) {
    // Tile, weights and pixels fit the 32 registers of AVX-512: compilers fetch all of a narrow
    // tile's pixels before they use the first.
    static const int32_t pixels[CONVOLVE_MAXIMUM_BLOCKS + 1] = {0, 14, 8, 8, 6, 5};
    return pixels[blocks];
}

static convolve_tile_function *tile_function(enum kernel_isa isa) {
#if defined(__x86_64__)
    switch (isa) {
    case KERNEL_AVX512: return convolve_tile_avx512;
    case KERNEL_AVX2: return convolve_tile_avx2;
    case KERNEL_SCALAR: break;
    }
#endif
    (void)isa;
    return convolve_tile_scalar;
}

/// Bytes of weights that are read again and again while they stay in the second-level cache.
#define WEIGHTS_AT_ONCE (256 << 10)
/// Tiles that share one reading of these weights.
#define TILES_AT_ONCE 48

/// A walk over the pixels of a window, row by row, image by image.
struct walk {
    const struct kernel_place *input, *output, *residual;
    struct kernel_window window;
    ptrdiff_t first_output, first_residual;
    int32_t image, row, column;
    int64_t left;
};

/// The first pixel of the walk's row in a map.
static uint8_t *row_of(const struct kernel_place *place, const struct walk *walk) {
    return place->data + walk->image * place->image + walk->row * place->row;
}

static void step(const uint8_t *first, ptrdiff_t column, int32_t count, const uint8_t **pixels) {
    for (int32_t i = 0; i < count; i++, first += column) pixels[i] = first;
}

/// Takes the next pixels into a tile: rows and images follow each other without a gap, so that only
/// the last tile is short.
static void fill(struct walk *walk, struct convolve_tile *tile, int32_t most) {
    const struct kernel_place *input = walk->input, *output = walk->output;
    const struct kernel_place *residual = walk->residual;
    tile->pixels = walk->left < most ? (int32_t)walk->left : most;
    walk->left -= tile->pixels;
    for (int32_t done = 0; done < tile->pixels;) {
        int32_t run = walk->window.width - walk->column;
        if (run > tile->pixels - done) run = tile->pixels - done;
        ptrdiff_t column = walk->column;
        step(row_of(input, walk) + column * input->column, input->column, run, tile->windows + done);
        uint8_t *result = row_of(output, walk) + walk->first_output + column * output->column;
        for (int32_t i = 0; i < run; i++, result += output->column) tile->outputs[done + i] = result;
        if (residual)
            step(
                row_of(residual, walk) + walk->first_residual + column * residual->column,
                residual->column, run, tile->residuals + done);
        done += run;
        walk->column += run;
        if (walk->column < walk->window.width) continue;
        walk->column = 0;
        if (++walk->row < walk->window.end_row) continue;
        walk->row = walk->window.first_row;
        walk->image++;
    }
}

/// Computes a few tiles, each part of the taps for all of them before the next: so a part's weights
/// come from the second-level cache for every tile but the first.
static void convolve_tiles(
    convolve_tile_function *tile_function, const struct convolve_layer *layer,
    const struct convolve_group *group, struct convolve_tile *tiles, int32_t count,
    int32_t taps_at_once) {
    ptrdiff_t tap_bytes = (ptrdiff_t)64 * layer->granules * group->blocks;
    for (int32_t tap = 0; tap < group->taps; tap += taps_at_once) {
        struct convolve_group part = *group;
        part.taps = group->taps - tap < taps_at_once ? group->taps - tap : taps_at_once;
        part.offsets += tap;
        part.weights = (const uint8_t *)group->weights + tap * tap_bytes;
        for (int32_t i = 0; i < count; i++) {
            tiles[i].continues = tap > 0;
            tiles[i].finishes = tap + part.taps == group->taps;
            tile_function(layer, &part, tiles + i);
        }
    }
}

static void convolve_group(
    convolve_tile_function *tile_function, const struct convolve_layer *layer,
    const struct convolve_group *group, struct walk walk) {
    struct convolve_tile tiles[TILES_AT_ONCE];
    int32_t sums[TILES_AT_ONCE][CONVOLVE_MAXIMUM_SUMS * KERNEL_LANES];
    int32_t most = convolve_tile_pixels(group->blocks);
    int32_t taps_at_once = WEIGHTS_AT_ONCE / (64 * layer->granules * group->blocks);
    walk.first_output = group->first_block * walk.output->block;
    walk.first_residual = walk.residual ? group->first_block * walk.residual->block : 0;
    // Where one reading of the weights does for all taps, a tile at a time keeps the stack small.
    int32_t tiles_at_once = group->taps > taps_at_once ? TILES_AT_ONCE : 1;
    while (walk.left > 0) {
        int32_t count = 0;
        for (; count < tiles_at_once && walk.left > 0; count++) {
            struct convolve_tile *tile = tiles + count;
            tile->output_block = walk.output->block;
            tile->residual_block = walk.residual ? walk.residual->block : 0;
            tile->has_residual = walk.residual != NULL;
            tile->sums = sums[count];
            fill(&walk, tile, most);
        }
        convolve_tiles(tile_function, layer, group, tiles, count, taps_at_once);
    }
}

void convolve(
    enum kernel_isa isa, const struct convolve_layer *layer, const struct kernel_place *input,
    const struct kernel_place *output, const struct kernel_place *residual,
    struct kernel_window window, int32_t images) {
    struct walk walk = {
        .input = input,
        .output = output,
        .residual = residual,
        .window = window,
        .row = window.first_row,
        .left = (int64_t)window.width * (window.end_row - window.first_row) * images,
    };
    for (int32_t i = 0; i < layer->groups; i++)
        convolve_group(tile_function(isa), layer, layer->group + i, walk);
}
