#include "resize.h"

#include "resize_kernels.h"

enum resize_kernel resize_best_kernel(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512vl"))
        return RESIZE_VNNI;
    if (__builtin_cpu_supports("avx2")) return RESIZE_AVX2;
#endif
    return RESIZE_SCALAR;
}

size_t resize_group_stride(int32_t columns) {
    // Whole cache lines, and room for the 4 bytes a kernel writes past its last column.
    return ((size_t)columns * 12 + 4 + 63) / 64 * 64;
}

void resize_pack(enum resize_kernel kernel, int32_t *words, size_t blocks) {
    for (size_t i = 0; i < blocks; i++) {
        switch (kernel) {
        case RESIZE_SCALAR: break;
        case RESIZE_AVX2: resize_pack_halves(words + 4 * i); break;
        case RESIZE_VNNI: resize_pack_digits(words + 4 * i); break;
        }
    }
}

void resize_horizontal(
    enum resize_kernel kernel, const struct resize_axis *axis, const uint8_t *pixels, int32_t rows,
    const uint8_t *tail, int32_t tail_rows, size_t stride, uint8_t *middle) {
    size_t group_stride = resize_group_stride(axis->outputs);
    int32_t all = rows + tail_rows;
    for (int32_t top = 0; top < all; top += 4, middle += group_stride) {
        const uint8_t *four[4];
        for (int32_t i = 0; i < 4; i++) {
            int32_t row = top + i < all ? top + i : all - 1;
            four[i] = row < rows ? pixels + (size_t)row * stride : tail + (size_t)(row - rows) * stride;
        }
        switch (kernel) {
#if defined(__x86_64__)
        case RESIZE_VNNI: resize_mix_columns_vnni(axis, four, middle); break;
        case RESIZE_AVX2: resize_mix_columns_avx2(axis, four, middle); break;
#endif
        default: resize_mix_columns_scalar(axis, four, middle); break;
        }
    }
}

void resize_vertical(
    enum resize_kernel kernel, const struct resize_axis *axis, const uint8_t *middle,
    int32_t columns, uint8_t *pixels, size_t stride) {
    size_t group_stride = resize_group_stride(columns);
    for (int32_t y = 0; y < axis->outputs; y++, pixels += stride) {
        const int32_t *words = axis->words + (size_t)y * axis->blocks * 4;
        const uint8_t *groups = middle + (size_t)(axis->first[y] / 4) * group_stride;
        switch (kernel) {
#if defined(__x86_64__)
        case RESIZE_VNNI:
            resize_mix_rows_vnni(words, axis->blocks, groups, group_stride, columns * 3, pixels);
            break;
        case RESIZE_AVX2:
            resize_mix_rows_avx2(words, axis->blocks, groups, group_stride, columns * 3, pixels);
            break;
#endif
        default:
            resize_mix_rows_scalar(words, axis->blocks, groups, group_stride, columns * 3, pixels);
            break;
        }
    }
}

static inline uint8_t rounded(int32_t sum) {
    int32_t value = (sum + (1 << (RESIZE_PRECISION_BITS - 1))) >> RESIZE_PRECISION_BITS;
    return value < 0 ? 0 : value > 255 ? 255 : (uint8_t)value;
}

void resize_mix_columns_scalar(
    const struct resize_axis *axis, const uint8_t *const rows[4], uint8_t *group) {
    int32_t taps = axis->blocks * 4;
    for (int32_t x = 0; x < axis->outputs; x++) {
        const int32_t *weights = axis->words + (size_t)x * taps;
        for (int32_t channel = 0; channel < 3; channel++) {
            size_t start = (size_t)axis->first[x] * 3 + channel;
            for (int32_t row = 0; row < 4; row++) {
                int32_t sum = 0;
                for (int32_t k = 0; k < taps; k++) sum += weights[k] * rows[row][start + 3 * k];
                group[((size_t)x * 3 + channel) * 4 + row] = rounded(sum);
            }
        }
    }
}

void resize_mix_rows_scalar(
    const int32_t *words, int32_t blocks, const uint8_t *groups, size_t stride, int32_t values,
    uint8_t *output) {
    for (int32_t i = 0; i < values; i++) {
        int32_t sum = 0;
        for (int32_t k = 0; k < blocks * 4; k++)
            sum += words[k] * groups[(size_t)(k / 4) * stride + (size_t)i * 4 + k % 4];
        output[i] = rounded(sum);
    }
}
