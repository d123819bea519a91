#pragma once

// The three builds of the matrix product, chosen among in linear.c.

#include "linear.h"

#define LINEAR_DECLARE(ISA) \
    void linear_##ISA( \
        const struct linear_layer *layer, const float *input, ptrdiff_t input_row, float *output, \
        ptrdiff_t output_row, int32_t rows);

LINEAR_DECLARE(scalar)
LINEAR_DECLARE(avx2)
LINEAR_DECLARE(avx512)
