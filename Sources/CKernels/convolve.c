#include "convolve.h"

#include "convolve_kernels.h"

int32_t convolve_tile_pixels(int32_t blocks) {
    // Tile, weights and one pixel fill the 32 registers of AVX-512.
    static const int32_t pixels[CONVOLVE_MAXIMUM_BLOCKS + 1] = {0, 14, 14, 8, 6, 5};
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

/// Walks the window in tiles; rows follow each other without a gap, so that only the last is short.
static void convolve_group(
    convolve_tile_function *tile_function, const struct convolve_layer *layer,
    const struct convolve_group *group, const struct kernel_place *input,
    const struct kernel_place *output, const struct kernel_place *residual,
    struct kernel_window window) {
    int32_t most = convolve_tile_pixels(group->blocks);
    int32_t left = window.width * (window.end_row - window.first_row);
    int32_t row = window.first_row, column = 0;
    struct convolve_tile tile;
    tile.output_block = output->block;
    tile.residual_block = residual ? residual->block : 0;
    tile.has_residual = residual != NULL;
    ptrdiff_t first_output = group->first_block * output->block;
    ptrdiff_t first_residual = residual ? group->first_block * residual->block : 0;
    int32_t filled = 0;
    while (left > 0) {
        int32_t pixels = left < most ? left : most;
        for (; filled < pixels; filled++) {
            tile.windows[filled] = input->data + row * input->row + column * input->column;
            tile.outputs[filled] =
                output->data + first_output + row * output->row + column * output->column;
            if (residual)
                tile.residuals[filled] =
                    residual->data + first_residual + row * residual->row + column * residual->column;
            if (++column == window.width) {
                column = 0;
                row++;
            }
        }
        int32_t done = tile_function(layer, group, &tile, pixels);
        left -= done;
        filled -= done;
        for (int32_t i = 0; i < filled; i++) {
            tile.windows[i] = tile.windows[i + done];
            tile.outputs[i] = tile.outputs[i + done];
            tile.residuals[i] = tile.residuals[i + done];
        }
    }
}

void convolve(
    enum kernel_isa isa, const struct convolve_layer *layer, const struct kernel_place *input,
    const struct kernel_place *output, const struct kernel_place *residual,
    struct kernel_window window) {
    for (int32_t i = 0; i < layer->groups; i++)
        convolve_group(
            tile_function(isa), layer, layer->group + i, input, output, residual, window);
}
