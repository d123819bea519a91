// The body of the transforms, included once for each target with NAMED making names of its own.
// Sixteen channels stand side by side in one vector, which compilers lay over what registers there are.

#include <string.h>

#include "winograd_kernels.h"

#define WINOGRAD_INLINE static inline __attribute__((always_inline))
#define WINOGRAD_UNROLL _Pragma("clang loop unroll(full)")

typedef float NAMED(sixteen) __attribute__((vector_size(64)));
#define SIXTEEN NAMED(sixteen)

typedef uint32_t NAMED(words) __attribute__((vector_size(64)));
typedef uint16_t NAMED(halves) __attribute__((vector_size(32)));

/// A pixel's sixteen numbers.
WINOGRAD_INLINE void NAMED(read)(
    enum kernel_element element, const uint8_t *from, SIXTEEN *numbers) {
    if (element == KERNEL_F32) {
        memcpy(numbers, from, 64);
        return;
    }
    NAMED(halves) upper;
    memcpy(&upper, from, 32);
    NAMED(words) words = __builtin_convertvector(upper, NAMED(words)) << 16;
    memcpy(numbers, &words, 64);
}

/// Stores sixteen finite numbers; rounds to nearest, ties to even.
WINOGRAD_INLINE void NAMED(write)(
    enum kernel_element element, const SIXTEEN *numbers, uint8_t *to) {
    if (element == KERNEL_F32) {
        memcpy(to, numbers, 64);
        return;
    }
    NAMED(words) words;
    memcpy(&words, numbers, 64);
    words = (words + 0x7fff + (words >> 16 & 1)) >> 16;
    NAMED(halves) upper = __builtin_convertvector(words, NAMED(halves));
    memcpy(to, &upper, 32);
}

// √½ and √2, the points beside 0 and ∞; the sum of their squares is 2.5, the product 1.
#define POINT_A 0.70710678118654752f
#define POINT_B 1.41421356237309505f

/// Six numbers, `step` apart, as what their polynomial is worth at the six points.
WINOGRAD_INLINE void NAMED(analyse)(const SIXTEEN *from, SIXTEEN *to, int step) {
    SIXTEEN even_a = from[4 * step] - 2.0f * from[2 * step];
    SIXTEEN odd_a = from[3 * step] - 2.0f * from[step];
    SIXTEEN even_b = from[4 * step] - 0.5f * from[2 * step];
    SIXTEEN odd_b = from[3 * step] - 0.5f * from[step];
    to[0] = from[0] - 2.5f * from[2 * step] + from[4 * step];
    to[step] = even_a + POINT_A * odd_a;
    to[2 * step] = even_a - POINT_A * odd_a;
    to[3 * step] = even_b + POINT_B * odd_b;
    to[4 * step] = even_b - POINT_B * odd_b;
    to[5 * step] = from[step] - 2.5f * from[3 * step] + from[5 * step];
}

/// Products at the six points, `step` apart, as four results, `to_step` apart.
WINOGRAD_INLINE void NAMED(combine)(const SIXTEEN *from, int step, SIXTEEN *to, int to_step) {
    SIXTEEN sum_a = from[step] + from[2 * step], difference_a = from[step] - from[2 * step];
    SIXTEEN sum_b = from[3 * step] + from[4 * step];
    SIXTEEN difference_b = from[3 * step] - from[4 * step];
    to[0] = from[0] + sum_a + sum_b;
    to[to_step] = POINT_A * difference_a + POINT_B * difference_b;
    to[2 * to_step] = 0.5f * sum_a + 2.0f * sum_b;
    to[3 * to_step] = POINT_A * 0.5f * difference_a + POINT_B * 2.0f * difference_b + from[5 * step];
}

/// One window in one block: 6 × 6 numbers whose first is at (row, column) of the map.
WINOGRAD_INLINE void NAMED(load)(
    enum kernel_element element, const struct winograd_map *map, const uint8_t *plane, int32_t row, int32_t column,
    SIXTEEN window[36]) {
    if (row >= 0 && column >= 0 && row + 6 <= map->height && column + 6 <= map->width) {
        const uint8_t *first = plane + row * map->place.row + column * map->place.column;
        WINOGRAD_UNROLL for (int y = 0; y < 6; y++)
            WINOGRAD_UNROLL for (int x = 0; x < 6; x++)
                NAMED(read)(
                    element, first + y * map->place.row + x * map->place.column,
                    window + 6 * y + x);
        return;
    }
    for (int y = 0; y < 6; y++)
        for (int x = 0; x < 6; x++) {
            int32_t r = row + y, c = column + x;
            if (r >= 0 && c >= 0 && r < map->height && c < map->width)
                NAMED(read)(
                    element, plane + r * map->place.row + c * map->place.column,
                    window + 6 * y + x);
            else
                memset(window + 6 * y + x, 0, 64);
        }
}

WINOGRAD_INLINE void NAMED(analyse_tiles)(
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
            SIXTEEN window[36], half[36];
            NAMED(load)(element, input, plane, row, column, window);
            WINOGRAD_UNROLL for (int x = 0; x < 6; x++) NAMED(analyse)(window + x, half + x, 6);
            WINOGRAD_UNROLL for (int y = 0; y < 6; y++)
                NAMED(analyse)(half + 6 * y, window + 6 * y, 1);
            uint8_t *to = (uint8_t *)tiles->numbers + block * tiles->block + tile * 64;
            WINOGRAD_UNROLL for (int i = 0; i < 36; i++)
                memcpy(to + i * tiles->position, window + i, 64);
        }
}

void NAMED(winograd_analyse)(
    const struct winograd_map *input, int32_t top, int32_t left,
    const struct winograd_tiles *tiles) {
    if (input->element == KERNEL_F32)
        NAMED(analyse_tiles)(KERNEL_F32, input, top, left, tiles);
    else
        NAMED(analyse_tiles)(KERNEL_BF16, input, top, left, tiles);
}

/// One result: what belongs to the sums is added, and it is stored.
WINOGRAD_INLINE void NAMED(finish)(
    enum kernel_element element, const struct winograd_finish *finish, const SIXTEEN *sum, const SIXTEEN *bias,
    const uint8_t *residual, uint8_t *output) {
    SIXTEEN result = *sum + *bias;
    if (residual) {
        SIXTEEN added;
        NAMED(read)(element, residual, &added);
        result += added;
    }
    if (finish->clamps) {
        SIXTEEN low = finish->low - (SIXTEEN){0}, high = finish->high - (SIXTEEN){0};
        result = __builtin_elementwise_min(__builtin_elementwise_max(result, low), high);
    }
    NAMED(write)(element, &result, output);
}

WINOGRAD_INLINE void NAMED(combine_tiles)(
    enum kernel_element element, const struct winograd_tiles *tiles,
    const struct winograd_finish *finish, const struct winograd_map *output) {
    int32_t each = tiles->across * tiles->down;
    const struct kernel_place *place = &output->place, *added = finish->residual;
    for (int32_t block = 0; block < output->blocks; block++) {
        SIXTEEN bias;
        memcpy(&bias, finish->bias + block * KERNEL_LANES, 64);
        for (int32_t tile = 0; tile < tiles->count; tile++) {
            const uint8_t *from = (const uint8_t *)tiles->numbers + block * tiles->block + tile * 64;
            SIXTEEN products[36], half[24], results[16];
            WINOGRAD_UNROLL for (int i = 0; i < 36; i++)
                memcpy(products + i, from + i * tiles->position, 64);
            WINOGRAD_UNROLL for (int x = 0; x < 6; x++)
                NAMED(combine)(products + x, 6, half + x, 6);
            WINOGRAD_UNROLL for (int y = 0; y < 4; y++)
                NAMED(combine)(half + 6 * y, 1, results + 4 * y, 1);
            int32_t index = tiles->first + tile;
            int32_t row = index % each / tiles->across * WINOGRAD_TILE;
            int32_t column = index % tiles->across * WINOGRAD_TILE;
            uint8_t *to = place->data + index / each * place->image + block * place->block
                + row * place->row + column * place->column;
            const uint8_t *residual = added ? added->data + index / each * added->image
                    + block * added->block + row * added->row + column * added->column
                                            : NULL;
            WINOGRAD_UNROLL for (int y = 0; y < 4; y++)
                WINOGRAD_UNROLL for (int x = 0; x < 4; x++)
                    if (row + y < output->height && column + x < output->width)
                        NAMED(finish)(
                            element, finish, results + 4 * y + x, &bias,
                            residual ? residual + y * added->row + x * added->column : NULL,
                            to + y * place->row + x * place->column);
        }
    }
}

void NAMED(winograd_combine)(
    const struct winograd_tiles *tiles, const struct winograd_finish *finish,
    const struct winograd_map *output) {
    if (output->element == KERNEL_F32)
        NAMED(combine_tiles)(KERNEL_F32, tiles, finish, output);
    else
        NAMED(combine_tiles)(KERNEL_BF16, tiles, finish, output);
}
