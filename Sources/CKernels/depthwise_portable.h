// The body of the kernels that compilers vectorise, included once for each target with FUNCTION
// defined as the name: one pixel at a time, the sixteen channels of a block side by side.

#include "depthwise_kernels.h"
#include "lanes.h"

void FUNCTION(
    const struct depthwise_layer *layer, int32_t block, const struct kernel_place *input,
    const struct kernel_place *output, struct kernel_window window) {
    int32_t kernel = layer->kernel;
    const float *weights = (const float *)layer->weights + (size_t)block * kernel * kernel * 16;
    const float *scale = layer->scale + block * 16, *bias = layer->bias + block * 16;
    for (int32_t row = window.first_row; row < window.end_row; row++)
        for (int32_t column = 0; column < window.width; column++) {
            const uint8_t *first = input->data + block * input->block
                + row * layer->stride * input->row + column * layer->stride * input->column;
            float sums[16] = {0};
            for (int32_t y = 0; y < kernel; y++)
                for (int32_t x = 0; x < kernel; x++) {
                    float pixel[16];
                    lanes_load(layer->element, first + y * input->row + x * input->column, pixel);
                    // Sums of u8 stay far below 2^24, where floats still hold every whole number.
                    const float *tap = weights + (y * kernel + x) * 16;
                    for (int lane = 0; lane < 16; lane++) sums[lane] += pixel[lane] * tap[lane];
                }
            float results[16];
            for (int lane = 0; lane < 16; lane++) {
                float value = fmaf(sums[lane], scale[lane], bias[lane]);
                if (layer->clamps) {
                    value = value < layer->low ? layer->low : value;
                    value = value > layer->high ? layer->high : value;
                }
                results[lane] = value;
            }
            lanes_store(
                layer->element, results,
                output->data + block * output->block + row * output->row + column * output->column);
        }
}
