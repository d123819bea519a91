// The body of the matrix product, included once for each target with NAMED defined to give the
// function its name for that target, and WIDTH and HEIGHT for the largest tile of sums that its
// registers hold: HEIGHT rows of WIDTH times sixteen outputs.

#include "linear_kernels.h"
#include "sixteen.h"

/// Sixteen times WIDTH outputs of `height` rows; those beyond `outputs` are not stored.
SIXTEEN_INLINE void linear_tile(
    enum kernel_element element, int height, int32_t inputs, int32_t outputs,
    const uint8_t *weights, const float *bias, const float *input, ptrdiff_t input_row,
    float *output, ptrdiff_t output_row) {
    size_t bytes = sixteen_size(element), pitch = LINEAR_PANEL / 16 * bytes;
    sixteen sums[HEIGHT][WIDTH];
    SIXTEEN_UNROLL for (int row = 0; row < height; row++)
        SIXTEEN_UNROLL for (int i = 0; i < WIDTH; i++) sums[row][i] = 0.0f;
    for (int32_t k = 0; k < inputs; k++) {
        // Weights are read once, from main memory where there are many: what fetches ahead by itself
        // is not ahead enough.
        __builtin_prefetch(weights + k * pitch + 2048);
        sixteen column[WIDTH];
        SIXTEEN_UNROLL for (int i = 0; i < WIDTH; i++)
            column[i] = sixteen_load(element, weights + k * pitch + i * bytes);
        SIXTEEN_UNROLL for (int row = 0; row < height; row++)
            SIXTEEN_UNROLL for (int i = 0; i < WIDTH; i++)
                sums[row][i] = sixteen_fma(
                    (sixteen)input[row * input_row + k], column[i], sums[row][i]);
    }
    SIXTEEN_UNROLL for (int row = 0; row < height; row++) {
        float *to = output + row * output_row;
        SIXTEEN_UNROLL for (int i = 0; i < WIDTH; i++) {
            int32_t left = outputs - 16 * i;
            float numbers[16];
            memcpy(numbers, &sums[row][i], 64);
            if (bias != NULL)
                for (int lane = 0; lane < 16 && lane < left; lane++)
                    numbers[lane] += bias[16 * i + lane];
            if (left >= 16)
                memcpy(to + 16 * i, numbers, 64);
            else if (left > 0)
                memcpy(to + 16 * i, numbers, (size_t)left * 4);
        }
    }
}

/// All rows of one panel's outputs.
SIXTEEN_INLINE void linear_panel(
    enum kernel_element element, const struct linear_layer *layer, int32_t panel,
    const float *input, ptrdiff_t input_row, float *output, ptrdiff_t output_row, int32_t rows) {
    size_t bytes = sixteen_size(element);
    const uint8_t *weights = (const uint8_t *)layer->weights
        + (size_t)panel * layer->inputs * LINEAR_PANEL / 16 * bytes;
    for (int32_t part = 0; part < LINEAR_PANEL / 16; part += WIDTH) {
        int32_t first = panel * LINEAR_PANEL + part * 16;
        if (first >= layer->outputs) return;
        const float *bias = layer->bias == NULL ? NULL : layer->bias + first;
        int32_t row = 0;
#define TILE(COUNT) \
    for (; row + (COUNT) <= rows; row += (COUNT)) \
        linear_tile( \
            element, COUNT, layer->inputs, layer->outputs - first, weights + part * bytes, bias, \
            input + row * input_row, input_row, output + first + row * output_row, output_row);
        TILE(HEIGHT)
        TILE(HEIGHT * 2 / 3)
        TILE(HEIGHT / 3)
        TILE(1)
#undef TILE
    }
}

void NAMED(linear)(
    const struct linear_layer *layer, const float *input, ptrdiff_t input_row, float *output,
    ptrdiff_t output_row, int32_t rows) {
    for (int32_t panel = 0; panel * LINEAR_PANEL < layer->outputs; panel++) {
        if (layer->element == KERNEL_BF16)
            linear_panel(KERNEL_BF16, layer, panel, input, input_row, output, output_row, rows);
        else
            linear_panel(KERNEL_F32, layer, panel, input, input_row, output, output_row, rows);
    }
}
