// Layers that look at one pixel at a time, over odd shapes.

#include "checks.h"

static const int32_t shapes[][3] = {{1, 1, 1}, {3, 7, 5}, {17, 1, 15}, {40, 7, 7}, {16, 2, 225}, {1280, 1, 3}};

/// Runs `body` for each way of computing but the first, which gives what is expected.
#define EACH_ISA(WHAT, TO, BODY) \
    { \
        struct map expected = {0}; \
        for (enum kernel_isa isa = KERNEL_SCALAR; isa <= best_isa(KERNEL_BF16); isa++) { \
            struct map output = output_map(TO, channels, rows, columns); \
            struct kernel_window window = window_of(&output); \
            BODY; \
            if (isa == KERNEL_SCALAR) { \
                expected = output; \
                continue; \
            } \
            char what[96]; \
            snprintf(what, sizeof what, "%s, %d x %d x %d, isa %d", WHAT, channels, rows, columns, isa); \
            good &= agree(what, &output, &expected); \
            free(output.memory); \
        } \
        free(expected.memory); \
    }

/// One block of an image that has two numbers more a pixel than are read.
static void check_input(
    enum kernel_element e, int32_t channels, int32_t rows, int32_t columns, int *result) {
    int good = *result;
    size_t count = (size_t)((channels + 2) * (rows * columns - 1) + channels);
    float *pixels = random_floats(count, 100);
    struct pixelwise_input layer = {e, channels, 16, channels + 2, 0.5f, 40};
    EACH_ISA("input", e, pixelwise_read(isa, &layer, pixels, &output.place, window))
    free(pixels);
    *result = good;
}

static int check_shape(int32_t channels, int32_t rows, int32_t columns) {
    int good = 1;
    int32_t blocks = (channels + 15) / 16;
    float *scale = random_floats(blocks * 16, 2), *shift = random_floats(blocks * 16, 50);
    struct map maps[3], others[3];
    for (enum kernel_element e = KERNEL_F32; e <= KERNEL_U8; e++) {
        maps[e] = input_map(e, channels, rows, columns, 1);
        others[e] = input_map(e, channels, rows, columns, 0);
    }
    for (enum kernel_element e = KERNEL_F32; e <= KERNEL_U8; e++) {
        for (enum kernel_element to = KERNEL_F32; to <= KERNEL_U8; to++) {
            struct pixelwise_affine affine = {e, to, blocks, scale, shift, -20, 100};
            EACH_ISA("affine", to, pixelwise_map(isa, &affine, &maps[e].place, &output.place, window))
        }
        struct pixelwise_sum sum = {e, blocks, 0.5f, 0.75f, 3, 0, 200};
        EACH_ISA(
            "sum", e, pixelwise_add(isa, &sum, &maps[e].place, &others[e].place, &output.place, window))
    }
    for (enum kernel_element e = KERNEL_F32; e <= KERNEL_BF16; e++)
        for (enum pixelwise_function f = PIXELWISE_CLAMP; f <= PIXELWISE_TANH; f++) {
            struct pixelwise_activation activation = {f, f == PIXELWISE_CLAMP ? -0.5f : 0.1f, 0.5f};
            EACH_ISA(
                "activation", e,
                pixelwise_activate(isa, e, activation, blocks, &maps[e].place, &output.place, window))
        }
    EACH_ISA(
        "product", KERNEL_F32,
        pixelwise_multiply(
            isa, blocks, &maps[KERNEL_F32].place, &others[KERNEL_F32].place, &output.place, window))
    uint8_t *table = exactly(256);
    for (int i = 0; i < 256; i++) table[i] = (uint8_t)random_word();
    EACH_ISA(
        "table", KERNEL_U8,
        pixelwise_look_up(isa, table, blocks, &maps[KERNEL_U8].place, &output.place, window))
    free(table);
    for (enum kernel_element e = KERNEL_F32; e <= KERNEL_U8; e++) {
        check_input(e, channels < 16 ? channels : 16, rows, columns, &good);
        // From the second channel on, to the third on: no block begins there.
        if (channels > 2) {
            struct map output = output_map(e, channels, rows, columns);
            pixelwise_move(
                e, channels - 2, 1, 2, &maps[e].place, &output.place, window_of(&output));
            free(output.memory);
        }
        free(maps[e].memory);
        free(others[e].memory);
    }
    free(scale);
    free(shift);
    return good;
}

static int check_border(enum kernel_element element, int32_t top, int32_t left, int32_t bottom, int32_t right) {
    int32_t pixel = 16 * (int32_t)kernel_element_bytes(element), rows = 3, columns = 5, blocks = 2;
    int32_t row = (columns + left + right) * pixel, plane = row * (rows + top + bottom);
    int32_t block = (plane + 63) / 64 * 64;
    size_t bytes = (size_t)(blocks * block) + KERNEL_SLACK;
    uint8_t *memory = exactly(bytes);
    memset(memory, 1, bytes);
    struct pixelwise_border border = {
        blocks, rows, columns, top, left, bottom, right, pixel, block - plane, KERNEL_SLACK, 7};
    struct kernel_place picture = {memory + top * row + left * pixel, row, pixel, block};
    pixelwise_fill_border(&border, &picture);
    int good = 1;
    for (size_t i = 0; i < bytes; i++) {
        int32_t within = (int32_t)(i % (size_t)block), y = within / row - top, x = within % row / pixel - left;
        int is_picture = y >= 0 && y < rows && x >= 0 && x < columns;
        int is_map = i < (size_t)(blocks * block) && within < plane;
        int expected = !is_map ? 0 : is_picture ? 1 : 7;
        if (memory[i] != expected && good) {
            printf("border %d %d %d %d, element %d: byte %zu is %d\n", top, left, bottom, right, element, i, memory[i]);
            good = 0;
        }
    }
    free(memory);
    return good;
}

int check_pixelwise(void) {
    int good = 1;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        good &= check_shape(shapes[i][0], shapes[i][1], shapes[i][2]);
    for (enum kernel_element e = KERNEL_F32; e <= KERNEL_U8; e++) {
        good &= check_border(e, 1, 1, 1, 1);
        good &= check_border(e, 0, 0, 1, 1);
        good &= check_border(e, 3, 2, 0, 1);
        good &= check_border(e, 0, 3, 2, 0);
        good &= check_border(e, 0, 0, 0, 0);
    }
    return good;
}
