#include "pixelwise.h"

#include <stdbool.h>
#include <string.h>

#include "isa.h"
#include "lanes.h"
#include "pixelwise_kernels.h"

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
#if defined(__x86_64__)
    bool is_exponential =
        activation.function == PIXELWISE_SILU || activation.function == PIXELWISE_SIGMOID;
    if (isa == KERNEL_AVX512 && is_exponential) {
        pixelwise_activate_exponential(
            element, activation.function, blocks, input, output, window);
        return;
    }
#endif
    ISA_CALL(pixelwise_activate, element, activation, blocks, input, output, window)
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
    ISA_CALL(pixelwise_look_up, table, blocks, input, output, window)
}

void pixelwise_map(
    enum kernel_isa isa, const struct pixelwise_affine *layer, const struct kernel_place *input,
    const struct kernel_place *output, struct kernel_window window) {
#if defined(__x86_64__)
    if (isa == KERNEL_AVX512) {
        pixelwise_map_vectors(layer, input, output, window);
        return;
    }
#endif
    ISA_CALL(pixelwise_map, layer, input, output, window)
}

void pixelwise_add(
    enum kernel_isa isa, const struct pixelwise_sum *layer, const struct kernel_place *a,
    const struct kernel_place *b, const struct kernel_place *output, struct kernel_window window) {
    ISA_CALL(pixelwise_add, layer, a, b, output, window)
}

void pixelwise_multiply(
    enum kernel_isa isa, int32_t blocks, const struct kernel_place *a, const struct kernel_place *b,
    const struct kernel_place *output, struct kernel_window window) {
    ISA_CALL(pixelwise_multiply, blocks, a, b, output, window)
}

void pixelwise_read(
    enum kernel_isa isa, const struct pixelwise_input *layer, const float *numbers,
    const struct kernel_place *output, struct kernel_window window) {
#if defined(__x86_64__)
    if (isa == KERNEL_AVX512 && layer->channels == 3 && layer->stored == 4) {
        pixelwise_read_three(layer, numbers, output, window);
        return;
    }
#endif
    ISA_CALL(pixelwise_read, layer, numbers, output, window)
}

/// Sixteen bytes that are alike.
typedef uint8_t sixteen_bytes __attribute__((vector_size(16), aligned(1)));

/// Stores `count` of them side by side.
static inline void store_alike(uint8_t *to, sixteen_bytes alike, int count) {
    for (int i = 0; i < count; i++) *(sixteen_bytes *)(to + 16 * i) = alike;
}

/// Fills whole words. Most borders are a few pixels: stores that overlap beat a call of memset there.
static void fill(uint8_t *to, size_t bytes, uint8_t byte) {
    sixteen_bytes alike = (sixteen_bytes){} + byte;
    if (bytes < 16) {
        for (size_t i = 0; i < bytes; i += 4) memcpy(to + i, &alike, 4);
    } else if (bytes < 64) {
        for (size_t i = 0; i + 16 < bytes; i += 16) store_alike(to + i, alike, 1);
        store_alike(to + bytes - 16, alike, 1);
    } else {
        for (size_t i = 0; i + 64 < bytes; i += 64) store_alike(to + i, alike, 4);
        store_alike(to + bytes - 64, alike, 4);
    }
}

void pixelwise_fill_border(
    const struct pixelwise_border *border, const struct kernel_place *picture) {
    size_t pixel = (size_t)border->pixel;
    size_t left = border->left * pixel, right = border->right * pixel;
    size_t whole = left + border->columns * pixel + right;
    for (int32_t block = 0; block < border->blocks; block++) {
        uint8_t *row = picture->data + block * picture->block - border->top * picture->row - left;
        // A row's right border and the next one's left border lie side by side.
        fill(row, border->top * whole + left, border->byte);
        row += border->top * whole;
        for (int32_t i = 0; i + 1 < border->rows; i++, row += whole)
            fill(row + whole - right, right + left, border->byte);
        fill(row + whole - right, right + border->bottom * whole, border->byte);
        fill(row + whole + border->bottom * whole, (size_t)border->gap, 0);
        if (block + 1 == border->blocks)
            memset(row + whole + border->bottom * whole + border->gap, 0, (size_t)border->slack);
    }
}

void pixelwise_fill(
    enum kernel_element element, int32_t blocks, float value, const struct kernel_place *output,
    struct kernel_window window) {
    float numbers[16];
    uint8_t pixel[64];
    for (int lane = 0; lane < 16; lane++) numbers[lane] = value;
    lanes_store(element, numbers, pixel);
    size_t bytes = 16 * kernel_element_bytes(element);
    for (int32_t block = 0; block < blocks; block++)
        for (int32_t row = window.first_row; row < window.end_row; row++)
            for (int32_t column = 0; column < window.width; column++)
                memcpy(
                    output->data + block * output->block + row * output->row
                        + column * output->column,
                    pixel, bytes);
}

void pixelwise_move(
    enum kernel_isa isa, enum kernel_element element, int32_t channels, int32_t from, int32_t to,
    const struct kernel_place *input, const struct kernel_place *output,
    struct kernel_window window) {
    ISA_CALL(pixelwise_move, element, channels, from, to, input, output, window)
}
