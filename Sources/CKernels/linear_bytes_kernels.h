#pragma once

// The three builds of the product in whole numbers, chosen among in linear_bytes.c.

#include "linear.h"
#include "linear_bytes.h"

/// Sums of a panel, [rows, LINEAR_PANEL]: `rows` rows of inputs, `pitch` bytes apart, times a panel's
/// weights.
#define LINEAR_BYTES_DECLARE(ISA) \
    void linear_bytes_panel_##ISA( \
        const int8_t *weights, int32_t quads, const uint8_t *input, size_t pitch, int32_t rows, \
        int32_t *sums);

LINEAR_BYTES_DECLARE(scalar)
LINEAR_BYTES_DECLARE(avx2)
LINEAR_BYTES_DECLARE(avx512)

/// The most rows that one call takes.
#define LINEAR_BYTES_ROWS 12
