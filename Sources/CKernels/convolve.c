#include "convolve.h"

#include <string.h>

#include "convolve_kernels.h"

int32_t convolve_tile_pixels(int32_t blocks) {
    // Sums, weights and a pixel fit the 32 registers of AVX-512, the pixels' addresses most of those
    // for addresses.
    static const int32_t pixels[CONVOLVE_MAXIMUM_BLOCKS + 1] = {0, 8, 8, 8, 6, 5};
    return pixels[blocks];
}

static convolve_tile_function *tile_function(
    enum kernel_isa isa, const struct convolve_layer *layer, const struct convolve_group *group) {
#if defined(__x86_64__)
    switch (isa) {
    case KERNEL_AVX512: return convolve_choose_avx512(layer, group);
    case KERNEL_AVX2: return convolve_choose_avx2(layer);
    case KERNEL_SCALAR: break;
    }
#endif
    (void)isa;
    (void)layer;
    (void)group;
    return convolve_tile_scalar;
}

/// Bytes of weights that are read again and again while they stay in the second-level cache.
#define WEIGHTS_AT_ONCE (256 << 10)
/// Tiles that share one reading of these weights.
#define TILES_AT_ONCE 48

/// Bytes from a pixel to itself and the ones behind it.
typedef ptrdiff_t steps
    __attribute__((vector_size(CONVOLVE_POINTERS_AT_ONCE * sizeof(ptrdiff_t)), aligned(8)));

/// A map that a walk goes over: its pixel in the walk's row and column, in the first block of interest.
struct track {
    const struct kernel_place *place;
    ptrdiff_t first;
    uint8_t *pixel;
    /// From a pixel to those that are written down with it.
    steps steps;
};

/// A walk over the pixels of a window, row by row, image by image.
struct walk {
    struct track input, output, residual;
    struct kernel_window window;
    int32_t image, row, column;
    int64_t left;
};

/// Puts a track at the beginning of the walk's row.
static void start_row(struct track *track, const struct walk *walk) {
    const struct kernel_place *place = track->place;
    if (!place) return;
    track->pixel = place->data + track->first + walk->image * place->image + walk->row * place->row;
}

static void start_rows(struct walk *walk) {
    start_row(&walk->input, walk);
    start_row(&walk->output, walk);
    start_row(&walk->residual, walk);
}

static struct track track_of(const struct kernel_place *place) {
    struct track track = {.place = place};
    for (int32_t i = 0; place && i < CONVOLVE_POINTERS_AT_ONCE; i++) track.steps[i] = i * place->column;
    return track;
}

/// Writes down where a track's next `count` pixels are, and goes past them. A tile has no more than are
/// written at once.
static void take(struct track *track, int32_t count, uint8_t **pixels) {
    steps written = track->steps + (ptrdiff_t)track->pixel;
    memcpy(pixels, &written, sizeof written);
    track->pixel += count * track->place->column;
}

/// Takes the next pixels into a tile: rows and images follow each other without a gap, so that only
/// the last tile is short.
static void fill(struct walk *walk, struct convolve_tile *tile, int32_t most) {
    tile->pixels = walk->left < most ? (int32_t)walk->left : most;
    walk->left -= tile->pixels;
    for (int32_t done = 0; done < tile->pixels;) {
        int32_t run = walk->window.width - walk->column;
        if (run > tile->pixels - done) run = tile->pixels - done;
        take(&walk->input, run, tile->windows + done);
        take(&walk->output, run, tile->outputs + done);
        if (walk->residual.place) take(&walk->residual, run, tile->residuals + done);
        done += run;
        walk->column += run;
        if (walk->column < walk->window.width) continue;
        walk->column = 0;
        if (++walk->row == walk->window.end_row) {
            walk->row = walk->window.first_row;
            walk->image++;
        }
        start_rows(walk);
    }
}

/// Computes a few tiles, each part of the taps for all of them before the next: so a part's weights
/// come from the second-level cache for every tile but the first.
static void convolve_tiles(
    convolve_tile_function *function, const struct convolve_layer *layer,
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
            function(layer, &part, tiles + i);
        }
    }
}

/// Computes a group whose weights are too many for one reading.
static void convolve_in_parts(
    convolve_tile_function *function, const struct convolve_layer *layer,
    const struct convolve_group *group, struct walk *walk, struct convolve_tile tile,
    int32_t taps_at_once) {
    struct convolve_tile tiles[TILES_AT_ONCE];
    int32_t sums[TILES_AT_ONCE][CONVOLVE_MAXIMUM_SUMS * KERNEL_LANES];
    while (walk->left > 0) {
        int32_t count = 0;
        for (; count < TILES_AT_ONCE && walk->left > 0; count++) {
            tiles[count] = tile;
            tiles[count].sums = sums[count];
            fill(walk, tiles + count, convolve_tile_pixels(group->blocks));
        }
        convolve_tiles(function, layer, group, tiles, count, taps_at_once);
    }
}

static void convolve_group(
    convolve_tile_function *function, const struct convolve_layer *layer,
    const struct convolve_group *group, struct walk walk) {
    int32_t taps_at_once = WEIGHTS_AT_ONCE / (64 * layer->granules * group->blocks);
    int32_t sums[CONVOLVE_MAXIMUM_SUMS * KERNEL_LANES];
    struct convolve_tile tile = {
        .output_block = walk.output.place->block,
        .residual_block = walk.residual.place ? walk.residual.place->block : 0,
        .has_residual = walk.residual.place != NULL,
        .sums = sums,
        .finishes = true,
    };
    walk.output.first = group->first_block * tile.output_block;
    walk.residual.first = group->first_block * tile.residual_block;
    start_rows(&walk);
    if (group->taps > taps_at_once) {
        convolve_in_parts(function, layer, group, &walk, tile, taps_at_once);
        return;
    }
    while (walk.left > 0) {
        fill(&walk, &tile, convolve_tile_pixels(group->blocks));
        function(layer, group, &tile);
    }
}

void convolve(
    enum kernel_isa isa, const struct convolve_layer *layer, const struct kernel_place *input,
    const struct kernel_place *output, const struct kernel_place *residual,
    struct kernel_window window, int32_t images) {
    struct walk walk = {
        .input = track_of(input),
        .output = track_of(output),
        .residual = track_of(residual),
        .window = window,
        .row = window.first_row,
        .left = (int64_t)window.width * (window.end_row - window.first_row) * images,
    };
    for (int32_t i = 0; i < layer->groups; i++)
        convolve_group(tile_function(isa, layer, layer->group + i), layer, layer->group + i, walk);
}
