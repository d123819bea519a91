// The body of the transforms, included once for each target with NAMED making names of its own.
// Sixteen channels stand side by side in one vector.

#include "sixteen.h"
#include "winograd_kernels.h"

// √½ and √2, the points beside 0 and ∞; the sum of their squares is 2.5, the product 1.
#define POINT_A 0.70710678118654752f
#define POINT_B 1.41421356237309505f

/// Six numbers, `step` apart, as what their polynomial is worth at the six points.
SIXTEEN_INLINE void analyse(const sixteen *from, sixteen *to, int step) {
    sixteen even_a = from[4 * step] - 2.0f * from[2 * step];
    sixteen odd_a = from[3 * step] - 2.0f * from[step];
    sixteen even_b = from[4 * step] - 0.5f * from[2 * step];
    sixteen odd_b = from[3 * step] - 0.5f * from[step];
    to[0] = from[0] - 2.5f * from[2 * step] + from[4 * step];
    to[step] = even_a + POINT_A * odd_a;
    to[2 * step] = even_a - POINT_A * odd_a;
    to[3 * step] = even_b + POINT_B * odd_b;
    to[4 * step] = even_b - POINT_B * odd_b;
    to[5 * step] = from[step] - 2.5f * from[3 * step] + from[5 * step];
}

/// Products at the six points, `step` apart, as four results, `to_step` apart.
SIXTEEN_INLINE void combine(const sixteen *from, int step, sixteen *to, int to_step) {
    sixteen sum_a = from[step] + from[2 * step], difference_a = from[step] - from[2 * step];
    sixteen sum_b = from[3 * step] + from[4 * step];
    sixteen difference_b = from[3 * step] - from[4 * step];
    to[0] = from[0] + sum_a + sum_b;
    to[to_step] = POINT_A * difference_a + POINT_B * difference_b;
    to[2 * to_step] = 0.5f * sum_a + 2.0f * sum_b;
    to[3 * to_step] = POINT_A * 0.5f * difference_a + POINT_B * 2.0f * difference_b + from[5 * step];
}

/// One window in one block: 6 × 6 numbers whose first is at (row, column) of the map.
SIXTEEN_INLINE void load(
    enum kernel_element element, const struct winograd_map *map, const uint8_t *plane, int32_t row,
    int32_t column, sixteen window[36]) {
    if (row >= 0 && column >= 0 && row + 6 <= map->height && column + 6 <= map->width) {
        const uint8_t *first = plane + row * map->place.row + column * map->place.column;
        SIXTEEN_UNROLL for (int y = 0; y < 6; y++)
            SIXTEEN_UNROLL for (int x = 0; x < 6; x++)
                window[6 * y + x] = sixteen_load(
                    element, first + y * map->place.row + x * map->place.column);
        return;
    }
    for (int y = 0; y < 6; y++)
        for (int x = 0; x < 6; x++) {
            int32_t r = row + y, c = column + x;
            if (r >= 0 && c >= 0 && r < map->height && c < map->width)
                window[6 * y + x] =
                    sixteen_load(element, plane + r * map->place.row + c * map->place.column);
            else
                window[6 * y + x] = 0.0f;
        }
}

SIXTEEN_INLINE void analyse_tiles(
    enum kernel_element element, const struct winograd_map *input, int32_t top, int32_t left,
    const struct winograd_tiles *tiles) {
    int32_t each = tiles->across * tiles->down;
    for (int32_t block = 0; block < input->blocks; block++)
        for (int32_t tile = 0; tile < tiles->count; tile++) {
            int32_t index = tiles->first + tile;
            const uint8_t *plane = input->place.data + index / each * input->place.image
                + block * input->place.block;
            int32_t row = index % each / tiles->across * WINOGRAD_TILE - top;
            int32_t column = index % tiles->across * WINOGRAD_TILE - left;
            sixteen window[36], half[36];
            load(element, input, plane, row, column, window);
            SIXTEEN_UNROLL for (int x = 0; x < 6; x++) analyse(window + x, half + x, 6);
            SIXTEEN_UNROLL for (int y = 0; y < 6; y++)
                analyse(half + 6 * y, window + 6 * y, 1);
            uint8_t *to = (uint8_t *)tiles->numbers + block * tiles->block + tile * 64;
            SIXTEEN_UNROLL for (int i = 0; i < 36; i++)
                memcpy(to + i * tiles->position, window + i, 64);
        }
}

void NAMED(winograd_analyse)(
    const struct winograd_map *input, int32_t top, int32_t left,
    const struct winograd_tiles *tiles) {
    if (input->element == KERNEL_F32)
        analyse_tiles(KERNEL_F32, input, top, left, tiles);
    else
        analyse_tiles(KERNEL_BF16, input, top, left, tiles);
}

/// One result: what belongs to the sums is added, and it is stored.
SIXTEEN_INLINE void combine_tiles(
    enum kernel_element element, const struct winograd_tiles *tiles,
    const struct kernel_finish *finish, const struct winograd_map *output) {
    int32_t each = tiles->across * tiles->down;
    const struct kernel_place *place = &output->place, *added = finish->residual;
    for (int32_t block = 0; block < output->blocks; block++) {
        sixteen bias;
        memcpy(&bias, finish->bias + block * KERNEL_LANES, 64);
        for (int32_t tile = 0; tile < tiles->count; tile++) {
            const uint8_t *from = (const uint8_t *)tiles->numbers + block * tiles->block + tile * 64;
            sixteen products[36], half[24], results[16];
            SIXTEEN_UNROLL for (int i = 0; i < 36; i++)
                memcpy(products + i, from + i * tiles->position, 64);
            SIXTEEN_UNROLL for (int x = 0; x < 6; x++)
                combine(products + x, 6, half + x, 6);
            SIXTEEN_UNROLL for (int y = 0; y < 4; y++)
                combine(half + 6 * y, 1, results + 4 * y, 1);
            int32_t index = tiles->first + tile;
            int32_t row = index % each / tiles->across * WINOGRAD_TILE;
            int32_t column = index % tiles->across * WINOGRAD_TILE;
            uint8_t *to = place->data + index / each * place->image + block * place->block
                + row * place->row + column * place->column;
            const uint8_t *residual = added ? added->data + index / each * added->image
                    + block * added->block + row * added->row + column * added->column
                                            : NULL;
            SIXTEEN_UNROLL for (int y = 0; y < 4; y++)
                SIXTEEN_UNROLL for (int x = 0; x < 4; x++)
                    if (row + y < output->height && column + x < output->width)
                        sixteen_finish(
                            element, finish, results[4 * y + x] + bias,
                            residual ? residual + y * added->row + x * added->column : NULL,
                            to + y * place->row + x * place->column);
        }
    }
}

void NAMED(winograd_combine)(
    const struct winograd_tiles *tiles, const struct kernel_finish *finish,
    const struct winograd_map *output) {
    if (output->element == KERNEL_F32)
        combine_tiles(KERNEL_F32, tiles, finish, output);
    else
        combine_tiles(KERNEL_BF16, tiles, finish, output);
}
