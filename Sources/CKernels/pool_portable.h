// The bodies of the pooling kernels, included once for each target with NAMED defined to give each
// function its name for that target.

#include "lanes.h"
#include "pool_kernels.h"

/// The part of a window that lies in the picture, along one axis.
struct span {
    int32_t first, end;
};

LANES_INLINE struct span inside(int32_t start, int32_t length, int32_t size) {
    int32_t end = start + length;
    return (struct span){start < 0 ? 0 : start, end > size ? size : end};
}

/// A pixel of u8 in one register.
typedef uint8_t sixteen_bytes __attribute__((vector_size(16)));

LANES_INLINE void maximum_pixel(
    enum kernel_element element, const uint8_t *first, const struct kernel_place *input,
    struct span rows, struct span columns, uint8_t *output) {
    if (element == KERNEL_U8) {
        sixteen_bytes most = {0}, pixel;
        for (int32_t y = rows.first; y < rows.end; y++)
            for (int32_t x = columns.first; x < columns.end; x++) {
                memcpy(&pixel, first + y * input->row + x * input->column, 16);
                most = __builtin_elementwise_max(most, pixel);
            }
        memcpy(output, &most, 16);
        return;
    }
    float most[16], numbers[16];
    for (int lane = 0; lane < 16; lane++) most[lane] = -INFINITY;
    for (int32_t y = rows.first; y < rows.end; y++)
        for (int32_t x = columns.first; x < columns.end; x++) {
            lanes_load(element, first + y * input->row + x * input->column, numbers);
            for (int lane = 0; lane < 16; lane++)
                most[lane] = numbers[lane] > most[lane] ? numbers[lane] : most[lane];
        }
    lanes_store(element, most, output);
}

/// Runs STATEMENT with `rows` and `columns` set to each window's part inside the picture.
#define FOR_EACH_WINDOW(STATEMENT) \
    for (int32_t block = 0; block < layer->blocks; block++) { \
        const uint8_t *first = input->data + block * input->block; \
        for (int32_t y = window.first_row; y < window.end_row; y++) { \
            struct span rows = \
                inside(y * layer->stride_rows - layer->top, layer->kernel_rows, layer->rows); \
            for (int32_t x = 0; x < window.width; x++) { \
                struct span columns = inside( \
                    x * layer->stride_columns - layer->left, layer->kernel_columns, \
                    layer->columns); \
                uint8_t *to = output->data + block * output->block + y * output->row \
                    + x * output->column; \
                STATEMENT \
            } \
        } \
    }

void NAMED(pool_maximum)(
    const struct pool_layer *layer, const struct kernel_place *input,
    const struct kernel_place *output, struct kernel_window window) {
    switch (layer->element) {
    case KERNEL_F32:
        FOR_EACH_WINDOW(maximum_pixel(KERNEL_F32, first, input, rows, columns, to);) break;
    case KERNEL_BF16:
        FOR_EACH_WINDOW(maximum_pixel(KERNEL_BF16, first, input, rows, columns, to);) break;
    case KERNEL_U8:
        FOR_EACH_WINDOW(maximum_pixel(KERNEL_U8, first, input, rows, columns, to);) break;
    }
}

LANES_INLINE void mean_pixel(
    enum kernel_element element, const struct pool_layer *layer, const uint8_t *first,
    const struct kernel_place *input, struct span rows, struct span columns, int32_t count,
    uint8_t *output) {
    float sums[16] = {0}, numbers[16];
    for (int32_t y = rows.first; y < rows.end; y++)
        for (int32_t x = columns.first; x < columns.end; x++) {
            lanes_load(element, first + y * input->row + x * input->column, numbers);
            for (int lane = 0; lane < 16; lane++) sums[lane] += numbers[lane];
        }
    int32_t met = (rows.end - rows.first) * (columns.end - columns.first);
    float missing = (float)(count - met) * layer->zero;
    for (int lane = 0; lane < 16; lane++) numbers[lane] = (sums[lane] + missing) / (float)count;
    lanes_store(element, numbers, output);
}

/// The pixels that a window's mean is divided by.
LANES_INLINE int32_t counted(
    const struct pool_layer *layer, int32_t y, int32_t x, struct span rows, struct span columns) {
    if (!layer->counts_padding) return (rows.end - rows.first) * (columns.end - columns.first);
    // Padding counts, but what ceiling mode adds beyond it does not.
    int32_t top = y * layer->stride_rows - layer->top;
    int32_t left = x * layer->stride_columns - layer->left;
    int32_t bottom = top + layer->kernel_rows, right = left + layer->kernel_columns;
    int32_t last_row = layer->rows + layer->bottom, last_column = layer->columns + layer->right;
    if (bottom > last_row) bottom = last_row;
    if (right > last_column) right = last_column;
    return (bottom - top) * (right - left);
}

void NAMED(pool_mean)(
    const struct pool_layer *layer, const struct kernel_place *input,
    const struct kernel_place *output, struct kernel_window window) {
#define MEAN(ELEMENT) \
    FOR_EACH_WINDOW(mean_pixel( \
        ELEMENT, layer, first, input, rows, columns, counted(layer, y, x, rows, columns), to);)
    switch (layer->element) {
    case KERNEL_F32: MEAN(KERNEL_F32) break;
    case KERNEL_BF16: MEAN(KERNEL_BF16) break;
    case KERNEL_U8: MEAN(KERNEL_U8) break;
    }
#undef MEAN
}

LANES_INLINE void all_of_block(
    enum kernel_element element, const uint8_t *first, const struct kernel_place *input,
    struct kernel_window window, float sums[16]) {
    uint32_t whole[16] = {0};
    float numbers[16];
    for (int lane = 0; lane < 16; lane++) sums[lane] = 0;
    for (int32_t y = window.first_row; y < window.end_row; y++)
        for (int32_t x = 0; x < window.width; x++) {
            const uint8_t *pixel = first + y * input->row + x * input->column;
            if (element == KERNEL_U8) {
                for (int lane = 0; lane < 16; lane++) whole[lane] += pixel[lane];
            } else {
                lanes_load(element, pixel, numbers);
                for (int lane = 0; lane < 16; lane++) sums[lane] += numbers[lane];
            }
        }
    if (element == KERNEL_U8)
        for (int lane = 0; lane < 16; lane++) sums[lane] = (float)whole[lane];
}

void NAMED(pool_all)(
    enum kernel_element element, int32_t blocks, float scale, float shift,
    const struct kernel_place *input, struct kernel_window window, float *output) {
    float share = scale / (float)(window.width * (window.end_row - window.first_row));
    for (int32_t block = 0; block < blocks; block++) {
        const uint8_t *first = input->data + block * input->block;
        float sums[16];
        switch (element) {
        case KERNEL_F32: all_of_block(KERNEL_F32, first, input, window, sums); break;
        case KERNEL_BF16: all_of_block(KERNEL_BF16, first, input, window, sums); break;
        case KERNEL_U8: all_of_block(KERNEL_U8, first, input, window, sums); break;
        }
        for (int lane = 0; lane < 16; lane++)
            output[block * 16 + lane] = fmaf(sums[lane], share, shift);
    }
}
