// The bodies of the pixelwise kernels, included once for each target with NAMED defined to give each
// function its name for that target.

#include "lanes.h"
#include "pixelwise_kernels.h"

/// exp(x) for x in -87...88, beyond which it saturates: 2^n times a polynomial of what is left, good
/// to two units in the last place.
LANES_INLINE float exponential(float x) {
    float clamped = x < -87.0f ? -87.0f : x > 88.0f ? 88.0f : x;
    float n = clamped * 1.44269504f + 12582912.0f;
    int32_t power;
    memcpy(&power, &n, 4);
    n -= 12582912.0f;
    float r = fmaf(n, -0.693359375f, clamped);
    r = fmaf(n, 2.12194440e-4f, r);
    float p = 1.98756915e-4f;
    p = fmaf(p, r, 1.39819995e-3f);
    p = fmaf(p, r, 8.33345205e-3f);
    p = fmaf(p, r, 4.16657962e-2f);
    p = fmaf(p, r, 1.66666654e-1f);
    p = fmaf(p, r, 0.5f);
    p = fmaf(p, r * r, r) + 1.0f;
    uint32_t bits = (uint32_t)(power + 127) << 23;
    float scale;
    memcpy(&scale, &bits, 4);
    return p * scale;
}

LANES_INLINE float sigmoid(float x) { return 1.0f / (1.0f + exponential(-x)); }

LANES_INLINE float clamped(float x, float low, float high) {
    float above = x < low ? low : x;
    return above > high ? high : above;
}

LANES_INLINE float hard_sigmoid(float x) { return clamped(x * (1.0f / 6.0f) + 0.5f, 0, 1); }

/// The error function by Abramowitz and Stegun 7.1.26, off by 1.5e-7 at most.
LANES_INLINE float error_function(float x) {
    float size = fabsf(x);
    float t = 1.0f / fmaf(0.3275911f, size, 1.0f);
    float p = 1.061405429f;
    p = fmaf(p, t, -1.453152027f);
    p = fmaf(p, t, 1.421413741f);
    p = fmaf(p, t, -0.284496736f);
    p = fmaf(p, t, 0.254829592f);
    return copysignf(1.0f - p * t * exponential(-size * size), x);
}

LANES_INLINE float activated(struct pixelwise_activation activation, float x) {
    switch (activation.function) {
    case PIXELWISE_CLAMP: return clamped(x, activation.a, activation.b);
    case PIXELWISE_LEAKY_RELU: return x > 0 ? x : activation.a * x;
    case PIXELWISE_SIGMOID: return sigmoid(x);
    case PIXELWISE_SILU: return x * sigmoid(x);
    case PIXELWISE_HARD_SIGMOID: return hard_sigmoid(x);
    case PIXELWISE_HARD_SWISH: return x * hard_sigmoid(x);
    case PIXELWISE_GELU: return 0.5f * x * (1.0f + error_function(x * 0.70710678f));
    case PIXELWISE_TANH: return fmaf(2.0f, sigmoid(2.0f * x), -1.0f);
    }
    return x;
}

/// `BODY` with the function as a constant, so that loops over it have no branches.
#define FOR_EACH_FUNCTION(ACTIVATION, BODY) \
    switch ((ACTIVATION).function) { \
    case PIXELWISE_CLAMP: { BODY(PIXELWISE_CLAMP) break; } \
    case PIXELWISE_LEAKY_RELU: { BODY(PIXELWISE_LEAKY_RELU) break; } \
    case PIXELWISE_SIGMOID: { BODY(PIXELWISE_SIGMOID) break; } \
    case PIXELWISE_SILU: { BODY(PIXELWISE_SILU) break; } \
    case PIXELWISE_HARD_SIGMOID: { BODY(PIXELWISE_HARD_SIGMOID) break; } \
    case PIXELWISE_HARD_SWISH: { BODY(PIXELWISE_HARD_SWISH) break; } \
    case PIXELWISE_GELU: { BODY(PIXELWISE_GELU) break; } \
    case PIXELWISE_TANH: { BODY(PIXELWISE_TANH) break; } \
    }

LANES_INLINE void activate_row(
    enum kernel_element element, struct pixelwise_activation activation, const uint8_t *from,
    uint8_t *to, int32_t pixels, size_t bytes) {
    for (int32_t i = 0; i < pixels; i++) {
        float numbers[16];
        lanes_load(element, from + i * bytes, numbers);
        for (int lane = 0; lane < 16; lane++) numbers[lane] = activated(activation, numbers[lane]);
        lanes_store(element, numbers, to + i * bytes);
    }
}

void NAMED(pixelwise_activate)(
    enum kernel_element element, struct pixelwise_activation activation, int32_t blocks,
    const struct kernel_place *input, const struct kernel_place *output,
    struct kernel_window window) {
    for (int32_t block = 0; block < blocks; block++)
        for (int32_t row = window.first_row; row < window.end_row; row++) {
            const uint8_t *from = input->data + block * input->block + row * input->row;
            uint8_t *to = output->data + block * output->block + row * output->row;
#define BODY(F) \
    struct pixelwise_activation constant = {F, activation.a, activation.b}; \
    if (element == KERNEL_F32) \
        activate_row(KERNEL_F32, constant, from, to, window.width, 64); \
    else \
        activate_row(KERNEL_BF16, constant, from, to, window.width, 32);
            FOR_EACH_FUNCTION(activation, BODY)
#undef BODY
        }
}

LANES_INLINE void map_row(
    enum kernel_element from_element, enum kernel_element to_element, const float *scale,
    const float *shift, float low, float high, const uint8_t *from, uint8_t *to, int32_t pixels) {
    size_t from_bytes = from_element == KERNEL_F32 ? 64 : from_element == KERNEL_BF16 ? 32 : 16;
    size_t to_bytes = to_element == KERNEL_F32 ? 64 : to_element == KERNEL_BF16 ? 32 : 16;
    for (int32_t i = 0; i < pixels; i++) {
        float numbers[16];
        lanes_load(from_element, from + i * from_bytes, numbers);
        for (int lane = 0; lane < 16; lane++)
            numbers[lane] = clamped(fmaf(numbers[lane], scale[lane], shift[lane]), low, high);
        lanes_store(to_element, numbers, to + i * to_bytes);
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
    for (int32_t block = 0; block < layer->blocks; block++) {
        const float *scale = layer->scale + block * 16, *shift = layer->shift + block * 16;
        for (int32_t row = window.first_row; row < window.end_row; row++) {
            const uint8_t *from = input->data + block * input->block + row * input->row;
            uint8_t *to = output->data + block * output->block + row * output->row;
#define TO(FROM, TO) map_row(FROM, TO, scale, shift, layer->low, layer->high, from, to, window.width);
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
    }
}

LANES_INLINE void add_row(
    enum kernel_element element, const struct pixelwise_sum *layer, const uint8_t *a,
    const uint8_t *b, uint8_t *to, int32_t pixels) {
    size_t bytes = element == KERNEL_F32 ? 64 : element == KERNEL_BF16 ? 32 : 16;
    for (int32_t i = 0; i < pixels; i++) {
        float left[16], right[16];
        lanes_load(element, a + i * bytes, left);
        lanes_load(element, b + i * bytes, right);
        for (int lane = 0; lane < 16; lane++) {
            float sum = fmaf(
                right[lane], layer->scale_b, fmaf(left[lane], layer->scale_a, layer->shift));
            left[lane] = clamped(sum, layer->low, layer->high);
        }
        lanes_store(element, left, to + i * bytes);
    }
}

void NAMED(pixelwise_add)(
    const struct pixelwise_sum *layer, const struct kernel_place *a, const struct kernel_place *b,
    const struct kernel_place *output, struct kernel_window window) {
    for (int32_t block = 0; block < layer->blocks; block++)
        for (int32_t row = window.first_row; row < window.end_row; row++) {
            const uint8_t *left = a->data + block * a->block + row * a->row;
            const uint8_t *right = b->data + block * b->block + row * b->row;
            uint8_t *to = output->data + block * output->block + row * output->row;
#define BODY(E) add_row(E, layer, left, right, to, window.width);
            FOR_EACH_ELEMENT(layer->element, BODY)
#undef BODY
        }
}

void NAMED(pixelwise_multiply)(
    int32_t blocks, const struct kernel_place *a, const struct kernel_place *b,
    const struct kernel_place *output, struct kernel_window window) {
    for (int32_t block = 0; block < blocks; block++)
        for (int32_t row = window.first_row; row < window.end_row; row++) {
            const float *left = (const float *)(a->data + block * a->block + row * a->row);
            const float *right = (const float *)(b->data + block * b->block + row * b->row);
            float *to = (float *)(output->data + block * output->block + row * output->row);
            for (int32_t i = 0; i < window.width * 16; i++) to[i] = left[i] * right[i];
        }
}

void NAMED(pixelwise_read)(
    const struct pixelwise_input *layer, const float *numbers, const struct kernel_place *output,
    struct kernel_window window) {
    int32_t channels = layer->channels, stored = layer->stored;
    size_t size = layer->element == KERNEL_F32 ? 4 : layer->element == KERNEL_BF16 ? 2 : 1;
    for (int32_t row = window.first_row; row < window.end_row; row++)
        for (int32_t column = 0; column < window.width; column++) {
            uint8_t *to = output->data + row * output->row + column * output->column;
            for (int32_t channel = 0; channel < stored; channel++, to += size) {
                float value = channel < channels
                    ? fmaf(numbers[channel], layer->scale, layer->shift) : 0;
                switch (layer->element) {
                case KERNEL_F32: memcpy(to, &value, 4); break;
                case KERNEL_BF16: {
                    uint16_t half = lanes_to_bf16(value);
                    memcpy(to, &half, 2);
                    break;
                }
                case KERNEL_U8: *to = lanes_to_u8(value); break;
                }
            }
            numbers += layer->pixel;
        }
}

void NAMED(pixelwise_look_up)(
    const uint8_t table[256], int32_t blocks, const struct kernel_place *input,
    const struct kernel_place *output, struct kernel_window window) {
    for (int32_t block = 0; block < blocks; block++)
        for (int32_t row = window.first_row; row < window.end_row; row++) {
            const uint8_t *from = input->data + block * input->block + row * input->row;
            uint8_t *to = output->data + block * output->block + row * output->row;
            for (int32_t i = 0; i < window.width * 16; i++) to[i] = table[from[i]];
        }
}
