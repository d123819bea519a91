// The bodies of the pooling kernels, included once for each target with NAMED defined to give each
// function its name for that target.
//
// Windows are gathered in two goes: the rows that they meet into a line of pixels, then the line's
// columns into results. So neighbouring windows share what the first go has done.

#include "pool_kernels.h"
#include "sixteen.h"

/// The most pixels of a line.
#define LINE 128

/// The part of a window that lies in the picture, along one axis.
struct span {
    int32_t first, end;
};

SIXTEEN_INLINE struct span inside(int32_t start, int32_t length, int32_t size) {
    int32_t end = start + length;
    return (struct span){start < 0 ? 0 : start, end > size ? size : end};
}

/// Windows side by side: `count` of them from `column`, in row `row` of one block.
struct strip {
    const struct pool_layer *layer;
    /// The first pixel of the block's row 0, and the bytes from there to the next row's.
    const uint8_t *pixels;
    ptrdiff_t pitch;
    int32_t row, column, count;
    /// The picture's rows that they meet.
    struct span rows;
};

/// The columns that window `x` meets.
SIXTEEN_INLINE struct span columns_of(const struct pool_layer *layer, int32_t x) {
    return inside(
        x * layer->stride_columns - layer->left, layer->kernel_columns, layer->columns);
}

/// The columns that all windows of the strip meet.
SIXTEEN_INLINE struct span columns_of_all(const struct strip *strip) {
    return (struct span){
        columns_of(strip->layer, strip->column).first,
        columns_of(strip->layer, strip->column + strip->count - 1).end};
}

/// The pixel of column `x` in the strip's first row.
SIXTEEN_INLINE const uint8_t *top_pixel(
    enum kernel_element element, const struct strip *strip, int32_t x) {
    return strip->pixels + strip->rows.first * strip->pitch + x * (ptrdiff_t)sixteen_size(element);
}

/// The largest numbers of a column of `height` pixels.
SIXTEEN_INLINE sixteen column_maximum(
    enum kernel_element element, const uint8_t *pixel, ptrdiff_t pitch, int32_t height) {
    sixteen most = -INFINITY;
    for (int32_t y = 0; y < height; y++)
        most = sixteen_max(sixteen_load(element, pixel + y * pitch), most);
    return most;
}

/// The largest numbers of a line of `width` pixels.
SIXTEEN_INLINE sixteen line_maximum(const sixteen *line, int32_t width) {
    sixteen most = -INFINITY;
    for (int32_t x = 0; x < width; x++) most = sixteen_max(line[x], most);
    return most;
}

/// Runs STATEMENT with `SIZE` as the constant SIDE where it has that value: short loops over it are
/// then unrolled.
#define WITH_CONSTANT(SIZE, SIDE, STATEMENT) \
    if ((SIZE) == (SIDE)) { \
        const int32_t size = (SIDE); \
        STATEMENT \
    } else { \
        const int32_t size = (SIZE); \
        STATEMENT \
    }

/// `side` is the number of rows and columns that most windows meet.
SIXTEEN_INLINE void maximum_strip(
    enum kernel_element element, int32_t side, const struct strip *strip, uint8_t *to) {
    sixteen line[LINE];
    int32_t height = strip->rows.end - strip->rows.first;
    struct span all = columns_of_all(strip);
    WITH_CONSTANT(height, side, {
        for (int32_t x = all.first; x < all.end; x++)
            line[x - all.first] =
                column_maximum(element, top_pixel(element, strip, x), strip->pitch, size);
    })
    for (int32_t i = 0; i < strip->count; i++) {
        struct span columns = columns_of(strip->layer, strip->column + i);
        sixteen most;
        WITH_CONSTANT(columns.end - columns.first, side, {
            most = line_maximum(line + (columns.first - all.first), size);
        })
        sixteen_store(element, most, to + i * sixteen_size(element));
    }
}

/// Pixels of u8 that one register holds.
#define BYTES_TOGETHER 4
typedef uint8_t four_pixels __attribute__((ext_vector_type(16 * BYTES_TOGETHER)));

/// `maximum_strip` for u8, which needs no conversion; columns are taken four at a time, so that up to
/// three pixels behind the strip are read.
SIXTEEN_INLINE void maximum_strip_of_bytes(
    int32_t side, const struct strip *strip, uint8_t *to) {
    sixteen_bytes line[LINE + BYTES_TOGETHER];
    int32_t height = strip->rows.end - strip->rows.first;
    struct span all = columns_of_all(strip);
    WITH_CONSTANT(height, side, {
        for (int32_t x = all.first; x < all.end; x += BYTES_TOGETHER) {
            const uint8_t *pixel = top_pixel(KERNEL_U8, strip, x);
            four_pixels most = 0;
            four_pixels pixels;
            for (int32_t y = 0; y < size; y++) {
                memcpy(&pixels, pixel + y * strip->pitch, sizeof pixels);
                most = __builtin_elementwise_max(most, pixels);
            }
            memcpy(&line[x - all.first], &most, sizeof most);
        }
    })
    for (int32_t i = 0; i < strip->count; i++) {
        struct span columns = columns_of(strip->layer, strip->column + i);
        const sixteen_bytes *first = line + (columns.first - all.first);
        sixteen_bytes most = 0;
        WITH_CONSTANT(columns.end - columns.first, side, {
            for (int32_t x = 0; x < size; x++) most = __builtin_elementwise_max(most, first[x]);
        })
        memcpy(to + i * 16, &most, 16);
    }
}

/// How many pixels of a window count along one axis; `after` is the padding behind the picture.
SIXTEEN_INLINE int32_t counted(
    bool counts_padding, int32_t start, int32_t length, int32_t size, int32_t after,
    struct span met) {
    if (!counts_padding) return met.end - met.first;
    // Padding counts, but what ceiling mode adds beyond it does not.
    int32_t end = start + length, last = size + after;
    return (end > last ? last : end) - start;
}

SIXTEEN_INLINE int32_t counted_rows(const struct strip *strip) {
    const struct pool_layer *layer = strip->layer;
    return counted(
        layer->counts_padding, strip->row * layer->stride_rows - layer->top, layer->kernel_rows,
        layer->rows, layer->bottom, strip->rows);
}

SIXTEEN_INLINE int32_t counted_columns(
    const struct pool_layer *layer, int32_t x, struct span columns) {
    return counted(
        layer->counts_padding, x * layer->stride_columns - layer->left, layer->kernel_columns,
        layer->columns, layer->right, columns);
}

SIXTEEN_INLINE void mean_strip(
    enum kernel_element element, int32_t side, const struct strip *strip, uint8_t *to) {
    sixteen line[LINE];
    const struct pool_layer *layer = strip->layer;
    struct span all = columns_of_all(strip), rows = strip->rows;
    int32_t height = rows.end - rows.first, many = counted_rows(strip), divisor = 0;
    float share = 0;
    WITH_CONSTANT(height, side, {
        for (int32_t x = all.first; x < all.end; x++) {
            const uint8_t *pixel = top_pixel(element, strip, x);
            sixteen sum = 0.0f;
            for (int32_t y = 0; y < size; y++)
                sum += sixteen_load(element, pixel + y * strip->pitch);
            line[x - all.first] = sum;
        }
    })
    for (int32_t i = 0; i < strip->count; i++) {
        struct span columns = columns_of(layer, strip->column + i);
        int32_t width = columns.end - columns.first;
        int32_t count = many * counted_columns(layer, strip->column + i, columns);
        if (count != divisor) share = 1 / (float)count;
        divisor = count;
        const sixteen *first = line + (columns.first - all.first);
        sixteen sum = (float)(count - height * width) * layer->zero;
        WITH_CONSTANT(width, side, { for (int32_t x = 0; x < size; x++) sum += first[x]; })
        sixteen_store(element, sum * share, to + i * sixteen_size(element));
    }
}

/// Runs STATEMENT for windows of each row, as many at a time as a line has the pixels of.
#define FOR_EACH_STRIP(STATEMENT) \
    for (int32_t block = 0; block < layer->blocks; block++) \
        for (int32_t y = window.first_row; y < window.end_row; y++) { \
            struct strip strip = { \
                layer, input->data + block * input->block, input->row, y, 0, 0, \
                inside(y * layer->stride_rows - layer->top, layer->kernel_rows, layer->rows)}; \
            uint8_t *row = output->data + block * output->block + y * output->row; \
            for (; strip.column < window.width; strip.column += strip.count) { \
                int32_t left = window.width - strip.column; \
                strip.count = most < left ? most : left; \
                uint8_t *to = row + strip.column * output->column; \
                STATEMENT \
            } \
        }

/// Runs FOR_EACH_STRIP with `side` as a constant.
#define FOR_EACH_SIDE(STATEMENT) \
    if (layer->kernel_columns == 2) { \
        const int32_t side = 2; \
        FOR_EACH_STRIP(STATEMENT) \
    } else { \
        const int32_t side = 3; \
        FOR_EACH_STRIP(STATEMENT) \
    }

/// How many windows meet no more pixels than a line has; 0 where not even one does.
static inline int32_t windows_of_line(const struct pool_layer *layer) {
    int32_t left = LINE - layer->kernel_columns;
    return left < 0 ? 0 : left / layer->stride_columns + 1;
}

/// One window wider than a line, by its pixels.
static void wide_window(bool is_mean, const struct strip *strip, uint8_t *to) {
    const struct pool_layer *layer = strip->layer;
    struct span columns = columns_of(layer, strip->column), rows = strip->rows;
    sixteen most = -INFINITY, sum = 0.0f;
    for (int32_t y = rows.first; y < rows.end; y++)
        for (int32_t x = columns.first; x < columns.end; x++) {
            sixteen numbers = sixteen_load(
                layer->element,
                strip->pixels + y * strip->pitch + x * sixteen_size(layer->element));
            most = sixteen_max(numbers, most);
            sum += numbers;
        }
    int32_t count = counted_rows(strip) * counted_columns(layer, strip->column, columns);
    int32_t met = (rows.end - rows.first) * (columns.end - columns.first);
    sixteen mean = (sum + (float)(count - met) * layer->zero) * (1 / (float)count);
    sixteen_store(layer->element, is_mean ? mean : most, to);
}

void NAMED(pool_maximum)(
    const struct pool_layer *layer, const struct kernel_place *input,
    const struct kernel_place *output, struct kernel_window window) {
    int32_t most = windows_of_line(layer);
    if (most == 0) {
        most = 1;
        FOR_EACH_STRIP(wide_window(false, &strip, to);)
        return;
    }
    switch (layer->element) {
    case KERNEL_F32: FOR_EACH_SIDE(maximum_strip(KERNEL_F32, side, &strip, to);) break;
    case KERNEL_BF16: FOR_EACH_SIDE(maximum_strip(KERNEL_BF16, side, &strip, to);) break;
    case KERNEL_U8: FOR_EACH_SIDE(maximum_strip_of_bytes(side, &strip, to);) break;
    }
}

void NAMED(pool_mean)(
    const struct pool_layer *layer, const struct kernel_place *input,
    const struct kernel_place *output, struct kernel_window window) {
    int32_t most = windows_of_line(layer);
    if (most == 0) {
        most = 1;
        FOR_EACH_STRIP(wide_window(true, &strip, to);)
        return;
    }
    switch (layer->element) {
    case KERNEL_F32: FOR_EACH_SIDE(mean_strip(KERNEL_F32, side, &strip, to);) break;
    case KERNEL_BF16: FOR_EACH_SIDE(mean_strip(KERNEL_BF16, side, &strip, to);) break;
    case KERNEL_U8: FOR_EACH_SIDE(mean_strip(KERNEL_U8, side, &strip, to);) break;
    }
}

/// The sums of a block's pixels.
SIXTEEN_INLINE sixteen sum_of_block(
    enum kernel_element element, const uint8_t *first, const struct kernel_place *input,
    struct kernel_window window) {
    size_t bytes = sixteen_size(element);
    sixteen_words whole = 0;
    sixteen sum = 0.0f;
    for (int32_t y = window.first_row; y < window.end_row; y++)
        for (int32_t x = 0; x < window.width; x++) {
            const uint8_t *pixel = first + y * input->row + x * bytes;
            if (element == KERNEL_U8) {
                sixteen_bytes numbers;
                memcpy(&numbers, pixel, 16);
                whole += __builtin_convertvector(numbers, sixteen_words);
            } else {
                sum += sixteen_load(element, pixel);
            }
        }
    return element == KERNEL_U8 ? __builtin_convertvector(whole, sixteen) : sum;
}

void NAMED(pool_all)(
    enum kernel_element element, int32_t blocks, float scale, float shift,
    const struct kernel_place *input, struct kernel_window window, float *output) {
    float share = scale / (float)(window.width * (window.end_row - window.first_row));
    for (int32_t block = 0; block < blocks; block++) {
        const uint8_t *first = input->data + block * input->block;
        sixteen sum = 0.0f;
        switch (element) {
        case KERNEL_F32: sum = sum_of_block(KERNEL_F32, first, input, window); break;
        case KERNEL_BF16: sum = sum_of_block(KERNEL_BF16, first, input, window); break;
        case KERNEL_U8: sum = sum_of_block(KERNEL_U8, first, input, window); break;
        }
        sixteen_store(
            KERNEL_F32, sixteen_fma(sum, (sixteen)share, (sixteen)shift),
            (uint8_t *)(output + block * 16));
    }
}
