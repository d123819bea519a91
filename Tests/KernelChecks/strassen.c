#include "checks.h"

/// A map, or the part of one that is in hand.
struct strassen_case {
    int32_t channels, rows, columns, first, count;
};

static struct strassen_matrices matrices_of(int32_t matrices, int32_t blocks, int32_t count) {
    const int32_t images = 2;
    struct strassen_matrices found = {NULL, 0, (ptrdiff_t)images * count * 64, count * 64};
    found.matrix = blocks * found.block;
    found.numbers = exactly((size_t)(matrices * found.matrix));
    return found;
}

static int check_sums(const struct strassen_case *shape, const struct strassen_pixels *pixels) {
    struct map input =
        map_of(KERNEL_F32, shape->channels * 2, shape->rows, shape->columns, 0, 16, 0);
    struct kernel_place place = input.place;
    int32_t blocks = (shape->channels + 31) / 32;
    place.image = 2 * blocks * place.block;
    struct strassen_matrices sums[2];
    int good = 1;
    for (enum kernel_isa isa = KERNEL_SCALAR; isa <= best_isa(KERNEL_F32); isa++) {
        struct strassen_matrices *found = sums + (isa != KERNEL_SCALAR);
        *found = matrices_of(STRASSEN_SUMS, blocks, pixels->count);
        strassen_analyse(isa, &place, shape->channels, pixels, found);
        if (isa == KERNEL_SCALAR) continue;
        if (memcmp(found->numbers, sums->numbers, (size_t)(STRASSEN_SUMS * found->matrix))) {
            printf("strassen's sums of %d channels, isa %d\n", shape->channels, isa);
            good = 0;
        }
        free(found->numbers);
    }
    free(sums->numbers);
    free(input.memory);
    return good;
}

static int check_results(const struct strassen_case *shape, const struct strassen_pixels *pixels) {
    int32_t blocks = (shape->channels + 31) / 32;
    struct map residual =
        input_map(KERNEL_F32, blocks * 64, shape->rows, shape->columns, 1);
    float *bias = random_floats((size_t)blocks * 32, 1);
    struct strassen_matrices products = matrices_of(STRASSEN_PRODUCTS, blocks, pixels->count);
    for (ptrdiff_t i = 0; i < STRASSEN_PRODUCTS * products.matrix / 4; i++)
        products.numbers[i] = random_unit();
    struct kernel_place added = residual.place;
    added.image = 2 * blocks * added.block;
    int good = 1;
    for (enum kernel_isa isa = KERNEL_AVX2; isa <= best_isa(KERNEL_F32); isa++) {
        for (int32_t variant = 0; variant < 4; variant++) {
            char what[128];
            snprintf(
                what, sizeof what, "strassen's results of %d channels, isa %d, variant %d",
                shape->channels, isa, variant);
            struct kernel_finish finish = {bias, variant & 2 ? &added : NULL, variant & 1, -1, 1};
            struct map results[2];
            for (int32_t i = 0; i < 2; i++) {
                results[i] = output_map(KERNEL_F32, blocks * 64, shape->rows, shape->columns);
                memset(results[i].memory, 0, results[i].bytes);
                struct kernel_place to = results[i].place;
                to.image = 2 * blocks * to.block;
                strassen_combine(
                    i ? isa : KERNEL_SCALAR, &products, blocks, pixels, &finish, &to,
                    shape->columns);
            }
            good &= agree(what, results + 1, results);
            free(results[0].memory);
            free(results[1].memory);
        }
    }
    free(residual.memory);
    free(bias);
    free(products.numbers);
    return good;
}

int check_strassen(void) {
    // Whole maps, even and odd, and parts of them at the beginning and the end.
    static const struct strassen_case cases[] = {
        {32, 2, 2, 0, 2},   {64, 7, 7, 0, 25},    {64, 7, 7, 9, 16},  {50, 5, 3, 0, 8},
        {729, 1, 1, 0, 1}, {1280, 15, 1, 3, 5}, {96, 1, 225, 0, 113},
    };
    int good = 1;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct strassen_case shape = cases[i];
        int32_t total = shape.rows * shape.columns, half = (total + 1) / 2;
        int32_t left = total - half - shape.first;
        struct strassen_pixels pixels = {
            shape.first, shape.count, half, left < shape.count ? left : shape.count, 2};
        // Both halves of the channels take as many blocks.
        shape.channels = (shape.channels + 31) / 32 * 32 - (shape.channels & 1 ? 7 : 0);
        good &= check_sums(&shape, &pixels) & check_results(&shape, &pixels);
    }
    return good;
}
