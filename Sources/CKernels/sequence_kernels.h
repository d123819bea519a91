#pragma once

// The three builds of the kernels of sequences, chosen among in sequence.c.

#include "sequence.h"

#define SEQUENCE_DECLARE(ISA) \
    void sequence_normalise_##ISA( \
        const struct sequence_norm *layer, const struct kernel_place *input, \
        const struct kernel_place *output, struct kernel_window window); \
    void sequence_softmax_##ISA( \
        float scale, int32_t count, float *numbers, ptrdiff_t row, int32_t rows);

SEQUENCE_DECLARE(scalar)
SEQUENCE_DECLARE(avx2)
SEQUENCE_DECLARE(avx512)
