#pragma once

// The three builds of the pooling kernels, chosen among in pool.c.

#include "pool.h"

#define POOL_DECLARE(ISA) \
    void pool_maximum_##ISA( \
        const struct pool_layer *layer, const struct kernel_place *input, \
        const struct kernel_place *output, struct kernel_window window); \
    void pool_mean_##ISA( \
        const struct pool_layer *layer, const struct kernel_place *input, \
        const struct kernel_place *output, struct kernel_window window); \
    void pool_all_##ISA( \
        enum kernel_element element, int32_t blocks, float scale, float shift, \
        const struct kernel_place *input, struct kernel_window window, float *output);

POOL_DECLARE(scalar)
POOL_DECLARE(avx2)
POOL_DECLARE(avx512)
