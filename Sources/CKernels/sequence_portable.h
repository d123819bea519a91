// The bodies of the kernels of sequences, included once for each target with NAMED defined to give
// each function its name for that target.

#include "functions.h"
#include "sequence_kernels.h"
#include "sixteen.h"

/// The numbers of the first `count` lanes; `other` in those behind.
SIXTEEN_INLINE sixteen first_lanes(sixteen numbers, int32_t count, float other) {
    return sixteen_lanes() < (sixteen_words)count ? numbers : (sixteen)other;
}

SIXTEEN_INLINE sixteen floats(const void *from) { return sixteen_load(KERNEL_F32, from); }

void NAMED(sequence_normalise)(
    const struct sequence_norm *layer, const struct kernel_place *input,
    const struct kernel_place *output, struct kernel_window window) {
    int32_t blocks = (layer->channels + 15) / 16;
    float count = (float)layer->channels;
    for (int32_t row = window.first_row; row < window.end_row; row++)
        for (int32_t column = 0; column < window.width; column++) {
            const uint8_t *from = input->data + row * input->row + column * input->column;
            uint8_t *to = output->data + row * output->row + column * output->column;
            sixteen sum = 0.0f, squares = 0.0f;
            for (int32_t block = 0; block < blocks; block++)
                sum += first_lanes(
                    floats(from + block * input->block), layer->channels - block * 16, 0);
            float mean = sixteen_sum(sum) / count;
            for (int32_t block = 0; block < blocks; block++) {
                sixteen distance = first_lanes(
                    floats(from + block * input->block) - mean, layer->channels - block * 16, 0);
                squares = sixteen_fma(distance, distance, squares);
            }
            float factor = 1 / sqrtf(sixteen_sum(squares) / count + layer->epsilon);
            for (int32_t block = 0; block < blocks; block++) {
                sixteen unit = (floats(from + block * input->block) - mean) * factor;
                sixteen result = sixteen_fma(
                    unit, floats(layer->scale + block * 16), floats(layer->shift + block * 16));
                sixteen_store(KERNEL_F32, result, to + block * output->block);
            }
        }
}

SIXTEEN_INLINE void softmax_row(float scale, int32_t count, float *numbers) {
    sixteen largest = -INFINITY, sum = 0.0f;
    for (int32_t i = 0; i < count; i += 16)
        largest = sixteen_max(
            first_lanes(scale * floats(numbers + i), count - i, -INFINITY), largest);
    float most = largest[0];
    for (int lane = 1; lane < 16; lane++) most = largest[lane] > most ? largest[lane] : most;
    for (int32_t i = 0; i < count; i += 16) {
        sixteen power = exponential(scale * floats(numbers + i) - most);
        power = first_lanes(power, count - i, 0);
        sum += power;
        sixteen_store(KERNEL_F32, power, (uint8_t *)(numbers + i));
    }
    float share = 1 / sixteen_sum(sum);
    for (int32_t i = 0; i < count; i += 16)
        sixteen_store(KERNEL_F32, floats(numbers + i) * share, (uint8_t *)(numbers + i));
}

void NAMED(sequence_softmax)(
    float scale, int32_t count, float *numbers, ptrdiff_t row, int32_t rows) {
    for (int32_t i = 0; i < rows; i++) softmax_row(scale, count, numbers + i * row);
}
