// The transforms of 3 × 3 convolutions over odd shapes.

#include "checks.h"

struct shape {
    int32_t channels, rows, columns, padding;
};

/// Numbers at the positions for every tile of `images` maps.
static struct winograd_tiles tiles_of(const struct shape *shape, int32_t images) {
    int32_t rows = shape->rows + 2 * shape->padding - 2;
    int32_t columns = shape->columns + 2 * shape->padding - 2;
    struct winograd_tiles tiles = {(columns + 3) / 4, (rows + 3) / 4};
    tiles.count = tiles.across * tiles.down * images;
    tiles.block = tiles.count * 64;
    tiles.position = (shape->channels + 15) / 16 * tiles.block;
    tiles.numbers = exactly(WINOGRAD_POSITIONS * tiles.position);
    return tiles;
}

static struct winograd_map picture_of(const struct map *map) {
    return (struct winograd_map){map->element, map->place, map->rows, map->columns, map->blocks};
}

static int check(enum kernel_element element, const struct shape *shape) {
    const int32_t images = 2;
    struct map input =
        map_of(element, shape->channels * images, shape->rows, shape->columns, 0, 16, 0);
    int32_t rows = shape->rows + 2 * shape->padding - 2;
    int32_t columns = shape->columns + 2 * shape->padding - 2;
    struct map residual = input_map(element, shape->channels * images, rows, columns, 0);
    float *bias = random_floats((shape->channels + 15) / 16 * 16, 1);
    struct winograd_tiles expected = tiles_of(shape, images), found = tiles_of(shape, images);
    struct winograd_map from = picture_of(&input);
    from.blocks /= images;
    from.place.image = from.blocks * from.place.block;
    struct kernel_place added = residual.place;
    added.image = from.blocks * added.block;
    int good = 1;
    winograd_analyse(KERNEL_SCALAR, &from, shape->padding, shape->padding, &expected);
    for (enum kernel_isa isa = KERNEL_AVX2; isa <= best_isa(KERNEL_F32); isa++) {
        char what[128];
        snprintf(
            what, sizeof what, "winograd %d over %d by %d, padding %d, element %d, isa %d",
            shape->channels, shape->rows, shape->columns, shape->padding, element, isa);
        winograd_analyse(isa, &from, shape->padding, shape->padding, &found);
        for (ptrdiff_t i = 0; i < WINOGRAD_POSITIONS * found.position / 4; i++) {
            float distance = found.numbers[i] - expected.numbers[i];
            if (!(distance < 1e-4f && distance > -1e-4f)) {
                printf("%s: number %td at the positions\n", what, i);
                good = 0;
                break;
            }
        }
        for (int32_t variant = 0; variant < 4; variant++) {
            struct kernel_finish finish = {bias, variant & 2 ? &added : NULL, variant & 1, -3, 2};
            struct map results[2];
            for (int32_t i = 0; i < 2; i++) {
                results[i] = output_map(element, shape->channels * images, rows, columns);
                memcpy(results[i].memory, residual.memory, results[i].bytes);
                struct winograd_map to = picture_of(results + i);
                to.blocks /= images;
                to.place.image = to.blocks * to.place.block;
                winograd_combine(i ? isa : KERNEL_SCALAR, &expected, &finish, &to);
            }
            good &= agree(what, results + 1, results);
            free(results[0].memory);
            free(results[1].memory);
        }
    }
    free(input.memory);
    free(residual.memory);
    free(bias);
    free(expected.numbers);
    free(found.numbers);
    return good;
}

int check_winograd(void) {
    static const struct shape shapes[] = {
        {16, 7, 7, 1},   {16, 3, 3, 0},   {16, 4, 15, 1},   {32, 15, 5, 1},
        {48, 16, 16, 0}, {16, 1, 1, 1}, {1280, 7, 8, 1}, {32, 225, 6, 1},
    };
    int good = 1;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        good &= check(KERNEL_F32, shapes + i);
        good &= check(KERNEL_BF16, shapes + i);
    }
    return good;
}
