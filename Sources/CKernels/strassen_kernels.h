#pragma once

// The three builds of the sums, chosen among in strassen.c.

#include "strassen.h"

#define STRASSEN_DECLARE(ISA) \
    void strassen_analyse_##ISA( \
        const struct kernel_place *input, int32_t channels, \
        const struct strassen_pixels *pixels, const struct strassen_matrices *sums); \
    void strassen_combine_##ISA( \
        const struct strassen_matrices *products, int32_t blocks, \
        const struct strassen_pixels *pixels, const struct kernel_finish *finish, \
        const struct kernel_place *output, int32_t width);

STRASSEN_DECLARE(scalar)
STRASSEN_DECLARE(avx2)
STRASSEN_DECLARE(avx512)
