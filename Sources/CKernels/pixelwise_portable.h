// The bodies of the pixelwise kernels, included once for each target with NAMED defined to give each
// function its name for that target.

#include "functions.h"
#include "pixelwise_kernels.h"
#include "sixteen.h"

/// Runs STATEMENT with `from` and `to` at the first pixel of each row of each block.
#define FOR_EACH_ROW(BLOCKS, STATEMENT) \
    for (int32_t block = 0; block < (BLOCKS); block++) \
        for (int32_t row = window.first_row; row < window.end_row; row++) { \
            const uint8_t *from = input->data + block * input->block + row * input->row; \
            uint8_t *to = output->data + block * output->block + row * output->row; \
            STATEMENT \
        }

SIXTEEN_INLINE void activate_row(
    enum kernel_element element, struct pixelwise_activation activation, const uint8_t *from,
    uint8_t *to, int32_t pixels) {
    size_t bytes = sixteen_size(element);
    for (int32_t i = 0; i < pixels; i++)
        sixteen_store(
            element, activated(activation, sixteen_load(element, from + i * bytes)), to + i * bytes);
}

void NAMED(pixelwise_activate)(
    enum kernel_element element, struct pixelwise_activation activation, int32_t blocks,
    const struct kernel_place *input, const struct kernel_place *output,
    struct kernel_window window) {
#define BODY(F) \
    struct pixelwise_activation constant = {F, activation.a, activation.b}; \
    if (element == KERNEL_F32) { \
        FOR_EACH_ROW(blocks, activate_row(KERNEL_F32, constant, from, to, window.width);) \
    } else { \
        FOR_EACH_ROW(blocks, activate_row(KERNEL_BF16, constant, from, to, window.width);) \
    }
    FOR_EACH_FUNCTION(activation, BODY)
#undef BODY
}

SIXTEEN_INLINE void map_row(
    enum kernel_element from_element, enum kernel_element to_element, sixteen scale, sixteen shift,
    float low, float high, const uint8_t *from, uint8_t *to, int32_t pixels) {
    size_t from_bytes = sixteen_size(from_element), to_bytes = sixteen_size(to_element);
    for (int32_t i = 0; i < pixels; i++) {
        sixteen numbers = sixteen_load(from_element, from + i * from_bytes);
        sixteen_store(
            to_element, sixteen_clamped(sixteen_fma(numbers, scale, shift), low, high),
            to + i * to_bytes);
    }
}

#define FOR_EACH_ELEMENT(ELEMENT, BODY) \
    switch (ELEMENT) { \
    case KERNEL_F32: { BODY(KERNEL_F32) break; } \
    case KERNEL_BF16: { BODY(KERNEL_BF16) break; } \
    case KERNEL_U8: { BODY(KERNEL_U8) break; } \
    }

void NAMED(pixelwise_map)(
    const struct pixelwise_affine *layer, const struct kernel_place *input,
    const struct kernel_place *output, struct kernel_window window) {
#define TO(FROM, TO) \
    FOR_EACH_ROW(layer->blocks, map_row( \
        FROM, TO, sixteen_load(KERNEL_F32, (const uint8_t *)(layer->scale + block * 16)), \
        sixteen_load(KERNEL_F32, (const uint8_t *)(layer->shift + block * 16)), layer->low, \
        layer->high, from, to, window.width);)
#define FROM_F32(E) TO(KERNEL_F32, E)
#define FROM_BF16(E) TO(KERNEL_BF16, E)
#define FROM_U8(E) TO(KERNEL_U8, E)
    switch (layer->from) {
    case KERNEL_F32: FOR_EACH_ELEMENT(layer->to, FROM_F32) break;
    case KERNEL_BF16: FOR_EACH_ELEMENT(layer->to, FROM_BF16) break;
    case KERNEL_U8: FOR_EACH_ELEMENT(layer->to, FROM_U8) break;
    }
#undef TO
#undef FROM_F32
#undef FROM_BF16
#undef FROM_U8
}

SIXTEEN_INLINE void add_row(
    enum kernel_element element, const struct pixelwise_sum *layer, const uint8_t *a,
    const uint8_t *b, uint8_t *to, int32_t pixels) {
    size_t bytes = sixteen_size(element);
    sixteen scale_a = layer->scale_a, scale_b = layer->scale_b, shift = layer->shift;
    float low = layer->low, high = layer->high;
    for (int32_t i = 0; i < pixels; i++) {
        sixteen left = sixteen_load(element, a + i * bytes);
        sixteen right = sixteen_load(element, b + i * bytes);
        sixteen sum = sixteen_fma(right, scale_b, sixteen_fma(left, scale_a, shift));
        sixteen_store(element, sixteen_clamped(sum, low, high), to + i * bytes);
    }
}

void NAMED(pixelwise_add)(
    const struct pixelwise_sum *layer, const struct kernel_place *a, const struct kernel_place *b,
    const struct kernel_place *output, struct kernel_window window) {
    const struct kernel_place *input = a;
#define BODY(E) \
    FOR_EACH_ROW(layer->blocks, add_row( \
        E, layer, from, b->data + block * b->block + row * b->row, to, window.width);)
    FOR_EACH_ELEMENT(layer->element, BODY)
#undef BODY
}

SIXTEEN_INLINE void multiply_row(
    const uint8_t *a, const uint8_t *b, uint8_t *to, int32_t pixels) {
    for (int32_t i = 0; i < pixels; i++)
        sixteen_store(
            KERNEL_F32, sixteen_load(KERNEL_F32, a + i * 64) * sixteen_load(KERNEL_F32, b + i * 64),
            to + i * 64);
}

void NAMED(pixelwise_multiply)(
    int32_t blocks, const struct kernel_place *a, const struct kernel_place *b,
    const struct kernel_place *output, struct kernel_window window) {
    const struct kernel_place *input = a;
    FOR_EACH_ROW(blocks, multiply_row(
        from, b->data + block * b->block + row * b->row, to, window.width);)
}

void NAMED(pixelwise_read)(
    const struct pixelwise_input *layer, const float *numbers, const struct kernel_place *output,
    struct kernel_window window) {
    int32_t channels = layer->channels, stored = layer->stored;
    size_t size = sixteen_size(layer->element) / 16;
    for (int32_t row = window.first_row; row < window.end_row; row++)
        for (int32_t column = 0; column < window.width; column++) {
            // A pixel at a time through a vector, whatever the channels.
            float pixel[16] = {0};
            uint8_t bytes[64];
            for (int32_t channel = 0; channel < channels; channel++)
                pixel[channel] = fmaf(numbers[channel], layer->scale, layer->shift);
            sixteen_store(
                layer->element, sixteen_load(KERNEL_F32, (const uint8_t *)pixel), bytes);
            memcpy(output->data + row * output->row + column * output->column, bytes, stored * size);
            numbers += layer->pixel;
        }
}

void NAMED(pixelwise_look_up)(
    const uint8_t table[256], int32_t blocks, const struct kernel_place *input,
    const struct kernel_place *output, struct kernel_window window) {
    FOR_EACH_ROW(
        blocks, for (int32_t i = 0; i < window.width * 16; i++) to[i] = table[from[i]];)
}
