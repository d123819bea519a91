#pragma once

// Resampling of packed 8-bit RGB in the fixed-point arithmetic of Pillow (src/libImaging/Resample.c),
// whose pixels the networks were trained and measured on: 8-bit pixels times 22-bit weights, summed
// in 32 bits, rounded and clipped to 8 bits after each of two passes, horizontal then vertical.
// Everything is integer, so every kernel gives the same bytes.
//
// Between the passes the picture lies in groups of four rows, the four bytes of a column side by
// side: [group][column * 3 + channel][row in group]. A group's four bytes are four taps of the
// vertical pass, ready for one multiply-accumulate.

#include <stddef.h>
#include <stdint.h>

/// The bits of a weight below one.
#define RESIZE_PRECISION_BITS 22

/// The ways of computing the same bytes.
enum resize_kernel {
    RESIZE_SCALAR,
    RESIZE_AVX2,
    RESIZE_VNNI,
};

/// The fastest kernel this processor can run.
enum resize_kernel resize_best_kernel(void);

/// One axis of a resampling.
struct resize_axis {
    /// How many positions it produces.
    int32_t outputs;
    /// How many blocks of four inputs each of them mixes.
    int32_t blocks;
    /// [outputs] The first input of each; of a vertical axis, a multiple of four.
    const int32_t *first;
    /// [outputs, blocks, 4] The weights, as `resize_pack` left them.
    const int32_t *words;
};

/// Turns [blocks, 4] weights, each between -1.9 and 1.9 in fixed point, into a kernel's own form.
void resize_pack(enum resize_kernel kernel, int32_t *words, size_t blocks);

/// Bytes from one group of four rows to the next in the picture between the passes.
size_t resize_group_stride(int32_t columns);

/// Mixes columns into groups of four rows at `middle`: `rows` rows at `pixels`, then `tail_rows` rows
/// at `tail`, all of them `stride` bytes apart. The last row fills up a group that is not full.
///
/// Reads 16 bytes from the first pixel of every block on, which may end beyond the row: the tail is
/// where a caller puts copies of the rows for which that would be beyond the picture.
void resize_horizontal(
    enum resize_kernel kernel, const struct resize_axis *axis, const uint8_t *pixels, int32_t rows,
    const uint8_t *tail, int32_t tail_rows, size_t stride, uint8_t *middle);

/// Mixes rows: groups of `columns` columns at `middle` into rows at `pixels`, `stride` bytes apart.
void resize_vertical(
    enum resize_kernel kernel, const struct resize_axis *axis, const uint8_t *middle,
    int32_t columns, uint8_t *pixels, size_t stride);

/// (pixel - mean) / std of `count` pixels, a pixel's channels side by side: [count, 3].
void resize_normalise_interleaved(
    enum resize_kernel kernel, const uint8_t *pixels, size_t count, const float mean[3],
    const float std[3], float *output);

/// (pixel - mean) / std of `count` pixels, one channel after the other: [3, count].
void resize_normalise_planar(
    enum resize_kernel kernel, const uint8_t *pixels, size_t count, const float mean[3],
    const float std[3], float *output);
