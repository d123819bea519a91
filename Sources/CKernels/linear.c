#include "linear.h"

#include <string.h>

#include "lanes.h"
#include "linear_kernels.h"

static int32_t panels(int32_t outputs) { return (outputs + LINEAR_PANEL - 1) / LINEAR_PANEL; }

size_t linear_packed_bytes(enum kernel_element element, int32_t inputs, int32_t outputs) {
    return (size_t)panels(outputs) * inputs * LINEAR_PANEL * kernel_element_bytes(element);
}

/// Inputs whose weights are packed together: a cache line of each output's.
#define TOGETHER 16

static void pack_piece(
    enum kernel_element element, const float *weights, ptrdiff_t input_step, ptrdiff_t output_step,
    int32_t inputs, int32_t outputs, uint8_t *to) {
    for (int32_t i = 0; i < inputs; i++) {
        if (element == KERNEL_F32 && output_step == 1 && outputs >= LINEAR_PANEL) {
            memcpy(to, weights + i * input_step, LINEAR_PANEL * 4);
            to += LINEAR_PANEL * 4;
            continue;
        }
        for (int32_t o = 0; o < LINEAR_PANEL; o++) {
            float weight = o < outputs ? weights[o * output_step + i * input_step] : 0;
            if (element == KERNEL_BF16) {
                uint16_t half = lanes_to_bf16(weight);
                memcpy(to, &half, 2);
                to += 2;
            } else {
                memcpy(to, &weight, 4);
                to += 4;
            }
        }
    }
}

void linear_pack(
    enum kernel_element element, int32_t inputs, int32_t outputs, const float *weights,
    ptrdiff_t input_step, ptrdiff_t output_step, void *packed) {
    uint8_t *to = packed;
    for (int32_t first = 0; first < outputs; first += LINEAR_PANEL)
        for (int32_t input = 0; input < inputs; input += TOGETHER) {
            int32_t count = inputs - input < TOGETHER ? inputs - input : TOGETHER;
            pack_piece(
                element, weights + first * output_step + input * input_step, input_step,
                output_step, count, outputs - first, to);
            to += (size_t)count * LINEAR_PANEL * kernel_element_bytes(element);
        }
}

void linear(
    enum kernel_isa isa, const struct linear_layer *layer, const float *input, ptrdiff_t input_row,
    float *output, ptrdiff_t output_row, int32_t rows) {
#if defined(__x86_64__)
    if (isa == KERNEL_AVX512) {
        linear_avx512(layer, input, input_row, output, output_row, rows);
        return;
    }
    if (isa == KERNEL_AVX2) {
        linear_avx2(layer, input, input_row, output, output_row, rows);
        return;
    }
#endif
    (void)isa;
    linear_scalar(layer, input, input_row, output, output_row, rows);
}
