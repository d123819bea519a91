#include "linear_bytes.h"

#include <string.h>

#include "lanes.h"
#include "linear_bytes_kernels.h"

// A product and a sum rounded at once, where a processor can, would not be what others get.
#pragma STDC FP_CONTRACT OFF

static int32_t quads_of(int32_t inputs) { return (inputs + 3) / 4; }

size_t linear_bytes_input_bytes(int32_t inputs) { return (size_t)quads_of(inputs) * 4; }

size_t linear_bytes_packed_bytes(int32_t inputs, int32_t outputs) {
    size_t panels = (size_t)(outputs + LINEAR_PANEL - 1) / LINEAR_PANEL;
    return panels * LINEAR_PANEL * linear_bytes_input_bytes(inputs);
}

void linear_bytes_pack(int32_t inputs, int32_t outputs, const float *weights, void *packed) {
    int8_t *to = packed;
    for (int32_t first = 0; first < outputs; first += LINEAR_PANEL)
        for (int32_t input = 0; input < inputs; input += 4)
            for (int32_t output = first; output < first + LINEAR_PANEL; output++)
                for (int32_t i = input; i < input + 4; i++)
                    *to++ = output < outputs && i < inputs
                        ? (int8_t)weights[(size_t)output * inputs + i] : 0;
}

struct linear_bytes_row linear_bytes_round(const float *numbers, int32_t count, uint8_t *bytes) {
    float low = 0, high = 0;
    for (int32_t i = 0; i < count; i++) {
        low = numbers[i] < low ? numbers[i] : low;
        high = numbers[i] > high ? numbers[i] : high;
    }
    struct linear_bytes_row row = {.step = high > low ? (high - low) / 255 : 1};
    float inverse = 1 / row.step;
    row.zero = (float)lanes_to_u8(-low * inverse);
    memset(bytes, 0, linear_bytes_input_bytes(count));
    for (int32_t i = 0; i < count; i++) bytes[i] = lanes_to_u8(numbers[i] * inverse + row.zero);
    return row;
}

static void sum_panel(
    enum kernel_isa isa, const int8_t *weights, int32_t quads, const uint8_t *input, size_t pitch,
    int32_t rows, int32_t *sums) {
#if defined(__x86_64__)
    switch (isa) {
    case KERNEL_AVX512: linear_bytes_panel_avx512(weights, quads, input, pitch, rows, sums); return;
    case KERNEL_AVX2: linear_bytes_panel_avx2(weights, quads, input, pitch, rows, sums); return;
    case KERNEL_SCALAR: break;
    }
#endif
    (void)isa;
    linear_bytes_panel_scalar(weights, quads, input, pitch, rows, sums);
}

/// What `outputs` sums of a row stand for. Sums past 24 bits are rounded here, the same everywhere.
static void finish(
    const struct linear_bytes_layer *layer, int32_t first, int32_t outputs,
    struct linear_bytes_row row, const int32_t *sums, float *output) {
    for (int32_t o = 0; o < outputs; o++) {
        float offset = row.zero * layer->sums[first + o];
        float steps = (float)sums[o] - offset;
        float value = steps * (row.step * layer->scale[first + o]);
        output[first + o] = value + layer->bias[first + o];
    }
}

void linear_bytes(
    enum kernel_isa isa, const struct linear_bytes_layer *layer, const uint8_t *input,
    const struct linear_bytes_row *row, float *output, ptrdiff_t output_row, int32_t rows) {
    size_t pitch = linear_bytes_input_bytes(layer->inputs);
    int32_t sums[LINEAR_BYTES_ROWS * LINEAR_PANEL];
    for (int32_t first = 0; first < layer->outputs; first += LINEAR_PANEL) {
        int32_t left = layer->outputs - first;
        int32_t outputs = left < LINEAR_PANEL ? left : LINEAR_PANEL;
        const int8_t *weights = (const int8_t *)layer->weights + (size_t)first * pitch;
        for (int32_t start = 0; start < rows; start += LINEAR_BYTES_ROWS) {
            int32_t count = rows - start < LINEAR_BYTES_ROWS ? rows - start : LINEAR_BYTES_ROWS;
            sum_panel(
                isa, weights, quads_of(layer->inputs), input + start * pitch, pitch, count, sums);
            for (int32_t i = 0; i < count; i++)
                finish(
                    layer, first, outputs, row[start + i], sums + i * LINEAR_PANEL,
                    output + (start + i) * output_row);
        }
    }
}
