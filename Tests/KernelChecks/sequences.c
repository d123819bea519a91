// Matrix products, and what transformers add to them, over odd shapes.

#include "checks.h"

#include <math.h>

static int agrees(const char *what, const float *found, const float *expected, size_t count) {
    for (size_t i = 0; i < count; i++) {
        float distance = found[i] - expected[i];
        if (!(distance < 1e-4f && distance > -1e-4f)) {
            printf("%s: number %zu: %g, not %g\n", what, i, found[i], expected[i]);
            return 0;
        }
    }
    return 1;
}

static int same(const char *what, const float *found, const float *expected, size_t count) {
    if (memcmp(found, expected, count * 4) == 0) return 1;
    printf("%s: not the same numbers\n", what);
    return 0;
}

static int check_linear(enum kernel_element element, int32_t inputs, int32_t outputs, int32_t rows) {
    int good = 1;
    size_t weights = (size_t)inputs * outputs, results = (size_t)rows * outputs;
    float *matrix = random_floats(weights, 0.1f), *bias = random_floats(outputs, 1);
    float *input = random_floats((size_t)rows * inputs, 1);
    void *packed = exactly(linear_packed_bytes(element, inputs, outputs));
    linear_pack(element, inputs, outputs, matrix, 1, inputs, packed);
    float *expected = exactly(results * 4), *found = exactly(results * 4);
    for (int32_t has_bias = 0; has_bias < 2; has_bias++) {
        struct linear_layer layer = {element, inputs, outputs, packed, has_bias ? bias : NULL};
        for (enum kernel_isa isa = KERNEL_SCALAR; isa <= best_isa(element); isa++) {
            float *to = isa == KERNEL_SCALAR ? expected : found;
            linear(isa, &layer, input, inputs, to, outputs, rows);
            char what[96];
            snprintf(
                what, sizeof what, "%d rows of %d to %d, element %d, isa %d", rows, inputs, outputs,
                element, isa);
            good &= same(what, to, expected, results);
            // A row by itself gives the very same numbers.
            linear(isa, &layer, input + (rows - 1) * inputs, inputs, found, outputs, 1);
            good &= same(what, found, expected + (rows - 1) * outputs, outputs);
        }
    }
    free(matrix);
    free(bias);
    free(input);
    free(packed);
    free(expected);
    free(found);
    return good;
}

/// Products in whole numbers: what each isa makes of them, and how far they are from those of floats.
static int check_linear_bytes(int32_t inputs, int32_t outputs, int32_t rows) {
    int good = 1;
    size_t weights = (size_t)inputs * outputs, results = (size_t)rows * outputs;
    float *matrix = random_floats(weights, 127), *bias = random_floats(outputs, 1);
    float *scale = random_floats(outputs, 0.001f), *sums = exactly((size_t)outputs * 4);
    float *input = random_floats((size_t)rows * inputs, 1);
    for (size_t i = 0; i < weights; i++) matrix[i] = rintf(matrix[i]);
    for (int32_t o = 0; o < outputs; o++) {
        sums[o] = 0;
        for (int32_t i = 0; i < inputs; i++) sums[o] += matrix[(size_t)o * inputs + i];
    }
    void *packed = exactly(linear_bytes_packed_bytes(inputs, outputs));
    linear_bytes_pack(inputs, outputs, matrix, packed);
    size_t pitch = linear_bytes_input_bytes(inputs);
    uint8_t *bytes = exactly(pitch * rows);
    struct linear_bytes_row *row = exactly(sizeof *row * rows);
    for (int32_t i = 0; i < rows; i++)
        row[i] = linear_bytes_round(input + (size_t)i * inputs, inputs, bytes + i * pitch);
    struct linear_bytes_layer layer = {inputs, outputs, packed, scale, sums, bias};
    float *expected = exactly(results * 4), *found = exactly(results * 4);
    for (enum kernel_isa isa = KERNEL_SCALAR; isa <= best_isa(KERNEL_U8); isa++) {
        float *to = isa == KERNEL_SCALAR ? expected : found;
        linear_bytes(isa, &layer, bytes, row, to, outputs, rows);
        char what[96];
        snprintf(
            what, sizeof what, "%d rows of %d to %d in whole numbers, isa %d", rows, inputs,
            outputs, isa);
        good &= same(what, to, expected, results);
        linear_bytes(
            isa, &layer, bytes + (rows - 1) * pitch, row + rows - 1, found, outputs, 1);
        good &= same(what, found, expected + (rows - 1) * outputs, outputs);
    }
    for (size_t i = 0; i < results; i++) {
        const float *from = input + i / outputs * inputs, *column = matrix + i % outputs * inputs;
        float sum = 0, size = 0;
        for (int32_t k = 0; k < inputs; k++) {
            sum += from[k] * column[k];
            size += fabsf(column[k]);
        }
        // Each input is off by half a step at most, and by half a step where zero is rounded.
        float limit = size * row[i / outputs].step * fabsf(scale[i % outputs]) + 1e-4f;
        float value = sum * scale[i % outputs] + bias[i % outputs];
        if (fabsf(value - expected[i]) <= limit) continue;
        printf("%d to %d in whole numbers: %g, not %g\n", inputs, outputs, expected[i], value);
        good = 0;
    }
    free(matrix);
    free(bias);
    free(scale);
    free(sums);
    free(input);
    free(packed);
    free(bytes);
    free(row);
    free(expected);
    free(found);
    return good;
}

static int check_softmax(int32_t count, int32_t rows) {
    int good = 1;
    ptrdiff_t row = (count + 15) / 16 * 16;
    float *numbers = random_floats((size_t)(rows * row), 20);
    float *expected = exactly((size_t)(rows * row) * 4), *found = exactly((size_t)(rows * row) * 4);
    for (enum kernel_isa isa = KERNEL_SCALAR; isa <= best_isa(KERNEL_F32); isa++) {
        float *to = isa == KERNEL_SCALAR ? expected : found;
        memcpy(to, numbers, (size_t)(rows * row) * 4);
        sequence_softmax(isa, 0.5f, count, to, row, rows);
        char what[64];
        snprintf(what, sizeof what, "softmax of %d, isa %d", count, isa);
        good &= agrees(what, to, expected, (size_t)(rows * row));
        for (int32_t i = 0; i < rows; i++) {
            float sum = 0;
            for (int32_t k = 0; k < row; k++) sum += to[i * row + k];
            good &= sum > 0.999f && sum < 1.001f;
        }
    }
    free(numbers);
    free(expected);
    free(found);
    return good;
}

static int check_norm(int32_t channels, int32_t rows, int32_t columns) {
    int good = 1;
    struct map input = input_map(KERNEL_F32, channels, rows, columns, 1);
    struct map expected = output_map(KERNEL_F32, channels, rows, columns);
    size_t stored = (size_t)expected.blocks * 16;
    float *scale = random_floats(stored, 1), *shift = random_floats(stored, 1);
    struct sequence_norm layer = {channels, scale, shift, 1e-6f};
    for (enum kernel_isa isa = KERNEL_SCALAR; isa <= best_isa(KERNEL_F32); isa++) {
        struct map found = output_map(KERNEL_F32, channels, rows, columns);
        struct map *to = isa == KERNEL_SCALAR ? &expected : &found;
        sequence_normalise(isa, &layer, &input.place, &to->place, window_of(to));
        char what[64];
        snprintf(what, sizeof what, "norm of %d, isa %d", channels, isa);
        // One channel has no deviation: what is left of it is divided by next to nothing.
        if (isa != KERNEL_SCALAR && channels > 1) good &= agree(what, &found, &expected);
        free(found.memory);
    }
    free(scale);
    free(shift);
    free(input.memory);
    free(expected.memory);
    return good;
}

int check_sequences(void) {
    int good = 1;
    for (enum kernel_element e = KERNEL_F32; e <= KERNEL_BF16; e++) {
        good &= check_linear(e, 1, 1, 1);
        good &= check_linear(e, 17, 3, 8);
        good &= check_linear(e, 64, 197, 12);
        good &= check_linear(e, 197, 64, 23);
        good &= check_linear(e, 33, 1000, 5);
    }
    good &= check_linear_bytes(1, 1, 1) & check_linear_bytes(17, 3, 8);
    good &= check_linear_bytes(64, 197, 13) & check_linear_bytes(1283, 33, 23);
    for (int32_t count = 1; count < 50; count += 16) good &= check_softmax(count, 3);
    good &= check_softmax(197, 12) & check_softmax(16, 1);
    good &= check_norm(1, 1, 1) & check_norm(17, 3, 5) & check_norm(768, 1, 7) & check_norm(1280, 2, 1);
    return good;
}
