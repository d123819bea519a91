#include "linear_bytes_kernels.h"

void linear_bytes_panel_scalar(
    const int8_t *weights, int32_t quads, const uint8_t *input, size_t pitch, int32_t rows,
    int32_t *sums) {
    for (int32_t row = 0; row < rows; row++)
        for (int32_t output = 0; output < LINEAR_PANEL; output++) {
            int32_t total = 0;
            for (int32_t i = 0; i < 4 * quads; i++) {
                int32_t weight = weights[(i / 4 * LINEAR_PANEL + output) * 4 + i % 4];
                total += (int32_t)input[row * pitch + i] * weight;
            }
            sums[row * LINEAR_PANEL + output] = total;
        }
}
