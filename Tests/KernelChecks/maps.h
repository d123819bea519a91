#pragma once

// Maps of random numbers in memory of exactly the size that kernels may touch.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"

static uint64_t seed = 1;

/// The next of a sequence of random words.
static inline uint32_t random_word(void) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33);
}

static inline float random_unit(void) { return (float)(random_word() & 0xffff) / 32768 - 1; }

/// Memory for `bytes` bytes, of which the sanitizer knows the end.
static inline void *exactly(size_t bytes) {
    void *memory = malloc(bytes ? bytes : 1);
    if (memory == NULL) abort();
    return memory;
}

/// Writes a random number of `element`; a byte of weights where it is u8.
static inline void random_number(enum kernel_element element, uint8_t *to) {
    float number = random_unit();
    uint8_t byte = (uint8_t)random_word();
    if (element == KERNEL_F32) memcpy(to, &number, 4);
    if (element == KERNEL_BF16) memcpy(to, (uint8_t *)&number + 2, 2);
    if (element == KERNEL_U8) *to = byte;
}

struct map {
    enum kernel_element element;
    int32_t channels, rows, columns, lanes, blocks;
    size_t bytes;
    uint8_t *memory;
    struct kernel_place place;
};

/// A map with `border` pixels all around; `slack` bytes behind it may be read.
static inline struct map map_of(
    enum kernel_element element, int32_t channels, int32_t rows, int32_t columns, int32_t border,
    int32_t lanes, size_t slack) {
    struct map map = {element, channels, rows, columns, lanes, (channels + lanes - 1) / lanes};
    size_t size = kernel_element_bytes(element);
    map.place.column = lanes * (ptrdiff_t)size;
    map.place.row = (columns + 2 * border) * map.place.column;
    size_t plane = (rows + 2 * border) * (size_t)map.place.row;
    map.place.block = (ptrdiff_t)((plane + 63) / 64 * 64);
    // Behind the last plane there is nothing but the slack.
    map.bytes = (map.blocks - 1) * (size_t)map.place.block + plane;
    map.memory = exactly(map.bytes + slack);
    memset(map.memory, 0, map.bytes + slack);
    for (size_t i = 0; i < map.bytes; i += size) random_number(element, map.memory + i);
    map.place.data = map.memory + border * map.place.row + border * map.place.column;
    return map;
}

/// What may be read: with slack. What is only written: without.
static inline struct map input_map(
    enum kernel_element element, int32_t channels, int32_t rows, int32_t columns, int32_t border) {
    return map_of(element, channels, rows, columns, border, KERNEL_LANES, KERNEL_SLACK);
}
static inline struct map output_map(
    enum kernel_element element, int32_t channels, int32_t rows, int32_t columns) {
    return map_of(element, channels, rows, columns, 0, KERNEL_LANES, 0);
}

static inline struct kernel_window window_of(const struct map *map) {
    return (struct kernel_window){map->columns, 0, map->rows};
}

/// Floats between -1 and 1.
static inline float *random_floats(size_t count, float scale) {
    float *floats = exactly(count * sizeof(float));
    for (size_t i = 0; i < count; i++) floats[i] = random_unit() * scale;
    return floats;
}

/// A map's number as a float.
static inline float number_at(enum kernel_element element, const uint8_t *at) {
    float number = 0;
    if (element == KERNEL_F32) memcpy(&number, at, 4);
    if (element == KERNEL_BF16) memcpy((uint8_t *)&number + 2, at, 2);
    if (element == KERNEL_U8) number = *at;
    return number;
}

/// Whether two maps hold the same: bytes exactly, bf16 to two steps, f32 to 1e-4 of its size.
static inline int agree(const char *what, const struct map *found, const struct map *expected) {
    size_t size = kernel_element_bytes(found->element);
    float tolerance = found->element == KERNEL_U8 ? 0 : found->element == KERNEL_BF16 ? 0.02f : 1e-4f;
    for (int32_t block = 0; block < found->blocks; block++)
        for (int32_t row = 0; row < found->rows; row++)
            for (size_t i = 0; i < (size_t)found->columns * found->lanes; i++) {
                float a = number_at(
                    found->element, found->place.data + block * found->place.block
                        + row * found->place.row + i * size);
                float b = number_at(
                    found->element, expected->place.data + block * expected->place.block
                        + row * expected->place.row + i * size);
                float distance = a < b ? b - a : a - b, magnitude = b < 0 ? 1 - b : 1 + b;
                if (!(distance <= tolerance * magnitude)) {
                    printf("%s: block %d, row %d, number %zu: %g, not %g\n", what, block, row, i, a, b);
                    return 0;
                }
            }
    return 1;
}
