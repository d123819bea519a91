#pragma once

// The three builds of the transforms, chosen among in winograd.c.

#include "winograd.h"

#define WINOGRAD_DECLARE(ISA) \
    void winograd_analyse_##ISA( \
        const struct winograd_map *input, int32_t top, int32_t left, \
        const struct winograd_tiles *tiles); \
    void winograd_combine_##ISA( \
        const struct winograd_tiles *tiles, const struct kernel_finish *finish, \
        const struct winograd_map *output);

WINOGRAD_DECLARE(scalar)
WINOGRAD_DECLARE(avx2)
WINOGRAD_DECLARE(avx512)
