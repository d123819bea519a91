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
    enum kernel_element e, int32_t channels, int32_t rows, int32_t columns, const float *scale,
    const float *shift, int *result) {
    int good = *result;
    size_t count = (size_t)((channels + 2) * (rows * columns - 1) + channels);
    float *pixels = random_floats(count, 100);
    struct pixelwise_input layer = {e, channels, 16, channels + 2, scale[0], shift[0]};
    EACH_ISA("input", e, pixelwise_read(isa, &layer, pixels, &output.place, window))
    free(pixels);
    *result = good;
}

/// Channels from one place in the blocks to another, and what lies beside them.
static int check_moves(enum kernel_element e, const struct map *input) {
    int good = 1;
    int32_t channels = input->channels, rows = input->rows, columns = input->columns;
    size_t size = kernel_element_bytes(e);
    for (int32_t from = 0; from < 3; from++)
        for (int32_t to = 0; to < 18; to += 7)
            for (enum kernel_isa isa = KERNEL_SCALAR; isa <= best_isa(KERNEL_BF16); isa++) {
                struct map output = output_map(e, channels + 18, rows, columns);
                memset(output.memory, 1, output.bytes);
                int32_t count = channels - from;
                pixelwise_move(isa, e, count, from, to, &input->place, &output.place, window_of(&output));
                for (int32_t c = 0; c < output.blocks * 16; c++)
                    for (int32_t y = 0; y < rows; y++)
                        for (int32_t x = 0; x < columns; x++) {
                            const uint8_t *found = output.place.data + c / 16 * output.place.block
                                + y * output.place.row + x * output.place.column + c % 16 * size;
                            int is_moved = c >= to && c < to + count;
                            int32_t source = is_moved ? c - to + from : 0;
                            const uint8_t *moved = input->place.data + source / 16 * input->place.block
                                + y * input->place.row + x * input->place.column + source % 16 * size;
                            for (size_t i = 0; i < size; i++) good &= found[i] == (is_moved ? moved[i] : 1);
                        }
                if (!good) printf("channels %d to %d, element %d, isa %d\n", from, to, e, isa);
                free(output.memory);
            }
    return good;
}

/// Channels from a map into rows of `count` numbers without a gap, and back.
static int check_rows(enum kernel_element e, const struct map *input) {
    int good = 1;
    size_t size = kernel_element_bytes(e), pixels = (size_t)(input->rows * input->columns);
    for (int32_t count = 1; count < 21 && count < input->channels; count += 4)
        for (enum kernel_isa isa = KERNEL_SCALAR; isa <= best_isa(KERNEL_BF16); isa++) {
            // Whole vectors are read and written, up to fifteen numbers behind the last.
            uint8_t *memory = exactly((pixels * (size_t)count + 15) * size);
            memset(memory, 0, (pixels * (size_t)count + 15) * size);
            struct kernel_place rows = {
                memory, input->columns * count * (ptrdiff_t)size, count * (ptrdiff_t)size,
                16 * (ptrdiff_t)size};
            struct map back = output_map(e, input->channels, input->rows, input->columns);
            pixelwise_move(isa, e, count, 1, 0, &input->place, &rows, window_of(input));
            pixelwise_move(isa, e, count, 0, 1, &rows, &back.place, window_of(input));
            for (int32_t c = 1; c <= count; c++)
                for (int32_t y = 0; y < input->rows; y++)
                    for (int32_t x = 0; x < input->columns; x++) {
                        const uint8_t *moved = input->place.data + c / 16 * input->place.block
                            + y * input->place.row + x * input->place.column + c % 16 * size;
                        const uint8_t *found = back.place.data + c / 16 * back.place.block
                            + y * back.place.row + x * back.place.column + c % 16 * size;
                        const uint8_t *row = memory + ((size_t)(y * input->columns + x) * count + c - 1) * size;
                        good &= memcmp(moved, row, size) == 0 && memcmp(moved, found, size) == 0;
                    }
            if (!good) printf("rows of %d channels, element %d, isa %d\n", count, e, isa);
            free(memory);
            free(back.memory);
        }
    return good;
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
        check_input(e, channels < 16 ? channels : 16, rows, columns, scale, shift, &good);
        if (channels > 2) good &= check_moves(e, &maps[e]) & check_rows(e, &maps[e]);
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
