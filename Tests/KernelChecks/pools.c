// Pooling over odd shapes.

#include "checks.h"

static int check_pool(enum kernel_element element, int32_t channels, int32_t size, int32_t kernel, int32_t stride, int32_t pad) {
    int good = 1;
    int32_t side = (size + 2 * pad - kernel) / stride + 1;
    struct map input = input_map(element, channels, size, size, 0);
    for (int32_t kind = 0; kind < 3; kind++) {
        struct pool_layer layer = {
            element, input.blocks, size, size, kernel, kernel, stride, stride, pad, pad, pad, pad,
            kind == 1, 3};
        struct map expected = output_map(element, channels, side, side);
        for (enum kernel_isa isa = KERNEL_SCALAR; isa <= best_isa(KERNEL_BF16); isa++) {
            struct map found = output_map(element, channels, side, side);
            struct map *to = isa == KERNEL_SCALAR ? &expected : &found;
            if (kind == 0)
                pool_maximum(isa, &layer, &input.place, &to->place, window_of(to));
            else
                pool_mean(isa, &layer, &input.place, &to->place, window_of(to));
            char what[96];
            snprintf(
                what, sizeof what, "pool %d of %d/%d over %d x %d, element %d, isa %d", kind, kernel,
                stride, channels, size, element, isa);
            if (isa != KERNEL_SCALAR) good &= agree(what, &found, &expected);
            free(found.memory);
        }
        free(expected.memory);
    }
    float *means = exactly(sizeof(float) * input.blocks * 16);
    float *expected = exactly(sizeof(float) * input.blocks * 16);
    for (enum kernel_isa isa = KERNEL_SCALAR; isa <= best_isa(KERNEL_BF16); isa++) {
        pool_all(
            isa, element, input.blocks, 0.5f, 1, &input.place, window_of(&input),
            isa == KERNEL_SCALAR ? expected : means);
        for (int32_t i = 0; isa != KERNEL_SCALAR && good && i < input.blocks * 16; i++)
            if (!(means[i] - expected[i] < 1e-3f && expected[i] - means[i] < 1e-3f)) {
                printf("mean of %d x %d, element %d, isa %d: %g\n", channels, size, element, isa, means[i]);
                good = 0;
            }
    }
    free(means);
    free(expected);
    free(input.memory);
    return good;
}

int check_pools(void) {
    int good = 1;
    for (enum kernel_element e = KERNEL_F32; e <= KERNEL_U8; e++) {
        good &= check_pool(e, 1, 1, 3, 1, 1);
        good &= check_pool(e, 3, 7, 2, 2, 0);
        good &= check_pool(e, 17, 15, 3, 2, 1);
        good &= check_pool(e, 40, 7, 3, 1, 1);
        good &= check_pool(e, 16, 225, 3, 2, 0);
        good &= check_pool(e, 1280, 7, 7, 1, 0);
    }
    return good;
}
