// The body of the kernels that compilers vectorise, included once for each target with FUNCTION
// defined as the name: one pixel at a time, sixteen output channels side by side.

#include "convolve_kernels.h"
#include "lanes.h"

/// Adds one granule of a pixel times its weights, [16, 4 bytes], to sums of whole numbers.
LANES_INLINE void add_bytes(int32_t sums[16], const uint8_t *pixel, const int8_t *weights) {
    for (int lane = 0; lane < 16; lane++)
        for (int byte = 0; byte < 4; byte++)
            sums[lane] += (int32_t)pixel[byte] * (int32_t)weights[4 * lane + byte];
}

/// The same for two bf16 or one f32.
LANES_INLINE void add_floats(
    enum kernel_element element, float sums[16], const uint8_t *pixel, const uint8_t *weights) {
    if (element == KERNEL_F32) {
        float value, column[16];
        memcpy(&value, pixel, 4);
        memcpy(column, weights, 64);
        for (int lane = 0; lane < 16; lane++) sums[lane] += value * column[lane];
        return;
    }
    uint16_t values[2], pairs[32];
    memcpy(values, pixel, 4);
    memcpy(pairs, weights, 64);
    for (int half = 0; half < 2; half++) {
        float value = lanes_from_bf16(values[half]);
        for (int lane = 0; lane < 16; lane++)
            sums[lane] += value * lanes_from_bf16(pairs[2 * lane + half]);
    }
}

LANES_INLINE void finish(
    const struct convolve_layer *layer, int32_t block, const float sums[16],
    const uint8_t *residual, uint8_t *output) {
    float results[16], added[16];
    const float *scale = layer->scale + block * 16, *bias = layer->bias + block * 16;
    if (residual) lanes_load(layer->element, residual, added);
    for (int lane = 0; lane < 16; lane++) {
        // Fused, as the vector kernels do it: u8 results are the same on every processor.
        float value = fmaf(sums[lane], scale[lane], bias[lane]);
        if (residual) value = fmaf(added[lane], layer->residual_scale, value);
        if (layer->clamps) {
            value = value < layer->low ? layer->low : value;
            value = value > layer->high ? layer->high : value;
        }
        results[lane] = value;
    }
    lanes_store(layer->element, results, output);
}

void FUNCTION(
    const struct convolve_layer *layer, const struct convolve_group *group,
    const struct convolve_tile *tile) {
    int32_t granules = layer->granules;
    for (int32_t i = 0; i < tile->pixels; i++)
        for (int32_t b = 0; b < group->blocks; b++) {
            int32_t whole[16] = {0};
            float sums[16] = {0};
            int32_t *kept = tile->sums + (i * group->blocks + b) * KERNEL_LANES;
            if (tile->continues) {
                memcpy(whole, kept, 64);
                memcpy(sums, kept, 64);
            }
            const uint8_t *weights = (const uint8_t *)group->weights + 64 * b;
            for (int32_t tap = 0; tap < group->taps; tap++)
                for (int32_t granule = 0; granule < granules; granule++) {
                    const uint8_t *pixel = tile->windows[i] + group->offsets[tap] + 4 * granule;
                    if (layer->element == KERNEL_U8)
                        add_bytes(whole, pixel, (const int8_t *)weights);
                    else
                        add_floats(layer->element, sums, pixel, weights);
                    weights += 64 * group->blocks;
                }
            if (!tile->finishes) {
                memcpy(kept, layer->element == KERNEL_U8 ? (void *)whole : (void *)sums, 64);
                continue;
            }
            if (layer->element == KERNEL_U8)
                for (int lane = 0; lane < 16; lane++) sums[lane] = (float)whole[lane];
            finish(
                layer, group->first_block + b, sums,
                tile->has_residual ? tile->residuals[i] + b * tile->residual_block : NULL,
                tile->outputs[i] + b * tile->output_block);
        }
}
