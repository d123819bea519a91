#include "pixelwise.h"

#include <string.h>

#include "pixelwise_kernels.h"

/// Calls the build of FUNCTION for `isa`.
#if defined(__x86_64__)
#define CALL(FUNCTION, ...) \
    switch (isa) { \
    case KERNEL_AVX512: FUNCTION##_avx512(__VA_ARGS__); return; \
    case KERNEL_AVX2: FUNCTION##_avx2(__VA_ARGS__); return; \
    case KERNEL_SCALAR: FUNCTION##_scalar(__VA_ARGS__); return; \
    }
#else
#define CALL(FUNCTION, ...) \
    (void)isa; \
    FUNCTION##_scalar(__VA_ARGS__);
#endif

void pixelwise_apply(struct pixelwise_activation activation, float *numbers, size_t count) {
    // A row of one block, with what is left over on its own in a block that is not full.
    struct kernel_place place = {(uint8_t *)numbers, 0, 64, 0};
    struct kernel_window whole = {(int32_t)(count / 16), 0, 1};
    pixelwise_activate_scalar(KERNEL_F32, activation, 1, &place, &place, whole);
    size_t rest = count % 16;
    if (rest == 0) return;
    float last[16] = {0};
    memcpy(last, numbers + count - rest, rest * 4);
    struct kernel_place end = {(uint8_t *)last, 0, 64, 0};
    pixelwise_activate_scalar(
        KERNEL_F32, activation, 1, &end, &end, (struct kernel_window){1, 0, 1});
    memcpy(numbers + count - rest, last, rest * 4);
}

void pixelwise_activate(
    enum kernel_isa isa, enum kernel_element element, struct pixelwise_activation activation,
    int32_t blocks, const struct kernel_place *input, const struct kernel_place *output,
    struct kernel_window window) {
    CALL(pixelwise_activate, element, activation, blocks, input, output, window)
}

void pixelwise_look_up(
    enum kernel_isa isa, const uint8_t table[256], int32_t blocks, const struct kernel_place *input,
    const struct kernel_place *output, struct kernel_window window) {
#if defined(__x86_64__)
    if (isa == KERNEL_AVX512) {
        pixelwise_look_up_vbmi(table, blocks, input, output, window);
        return;
    }
#endif
    CALL(pixelwise_look_up, table, blocks, input, output, window)
}

void pixelwise_map(
    enum kernel_isa isa, const struct pixelwise_affine *layer, const struct kernel_place *input,
    const struct kernel_place *output, struct kernel_window window) {
    CALL(pixelwise_map, layer, input, output, window)
}

void pixelwise_add(
    enum kernel_isa isa, const struct pixelwise_sum *layer, const struct kernel_place *a,
    const struct kernel_place *b, const struct kernel_place *output, struct kernel_window window) {
    CALL(pixelwise_add, layer, a, b, output, window)
}

void pixelwise_multiply(
    enum kernel_isa isa, int32_t blocks, const struct kernel_place *a, const struct kernel_place *b,
    const struct kernel_place *output, struct kernel_window window) {
    CALL(pixelwise_multiply, blocks, a, b, output, window)
}

void pixelwise_read(
    enum kernel_isa isa, const struct pixelwise_input *layer, const float *numbers,
    const struct kernel_place *output, struct kernel_window window) {
    CALL(pixelwise_read, layer, numbers, output, window)
}

void pixelwise_fill_border(
    const struct pixelwise_border *border, const struct kernel_place *picture) {
    size_t pixel = (size_t)border->pixel;
    size_t left = border->left * pixel, right = border->right * pixel;
    size_t whole = left + border->columns * pixel + right;
    for (int32_t block = 0; block < border->blocks; block++) {
        uint8_t *first = picture->data + block * picture->block;
        for (int32_t row = -border->top; row < border->rows + border->bottom; row++) {
            uint8_t *start = first + row * picture->row - left;
            if (row < 0 || row >= border->rows) {
                memset(start, border->byte, whole);
            } else {
                memset(start, border->byte, left);
                memset(start + whole - right, border->byte, right);
            }
        }
    }
    // Behind the last row kernels read pixels that they give no weight, which must be finite.
    uint8_t *end = picture->data + (border->blocks - 1) * picture->block
        + (border->rows + border->bottom) * picture->row - left;
    memset(end, 0, KERNEL_SLACK);
}
