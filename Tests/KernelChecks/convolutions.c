// Dense and depthwise convolutions over odd shapes.

#include "checks.h"

struct shape {
    int32_t channels, outputs, size, kernel, stride, dilation;
    /// Four numbers a pixel, as the image is stored.
    int32_t is_thin;
};

/// Each count that kernels know is met.
static int32_t granules_of(const struct shape *shape) {
    return shape->is_thin ? 1 : shape->channels % 16 == 0 ? 4 : 2;
}

/// Whether the last output block holds eight channels or fewer.
static int32_t has_half(const struct shape *shape) {
    return shape->outputs % 16 >= 1 && shape->outputs % 16 <= 8;
}

static struct convolve_group *groups_of(
    const struct shape *shape, const struct map *input, int32_t *count) {
    static const int32_t sizes[] = {5, 4, 3, 2, 1};
    int32_t blocks = (shape->outputs + 15) / 16;
    size_t size = kernel_element_bytes(input->element);
    int32_t granules = granules_of(shape);
    int32_t each = granules * 4 / (int32_t)size;
    int32_t taps = 0;
    int32_t *offsets = exactly(
        sizeof(int32_t) * input->blocks * shape->kernel * shape->kernel * (input->lanes / each));
    for (int32_t block = 0; block < input->blocks; block++)
        for (int32_t y = 0; y < shape->kernel; y++)
            for (int32_t x = 0; x < shape->kernel; x++)
                for (int32_t first = 0; first < input->lanes; first += each)
                    offsets[taps++] = (int32_t)(
                        block * input->place.block + y * shape->dilation * input->place.row
                        + x * shape->dilation * input->place.column + first * (ptrdiff_t)size);
    struct convolve_group *groups = exactly(sizeof(struct convolve_group) * blocks);
    *count = 0;
    // Every size of group is met, the largest first.
    for (int32_t first = 0, turn = 0; first < blocks; turn++) {
        int32_t together = sizes[turn % 5] < blocks - first ? sizes[turn % 5] : blocks - first;
        size_t bytes = (size_t)taps * granules * together * 64;
        uint8_t *weights = exactly(bytes);
        for (size_t i = 0; i < bytes; i += size) random_number(input->element, weights + i);
        int32_t ends_in_half = first + together == blocks && has_half(shape);
        // As packing leaves them: nothing for channels that are not there.
        for (int32_t row = together - 1; ends_in_half && row < taps * granules * together; row += together)
            memset(weights + row * 64 + 32, 0, 32);
        int32_t *own = exactly(sizeof(int32_t) * taps);
        memcpy(own, offsets, sizeof(int32_t) * taps);
        groups[(*count)++] = (struct convolve_group){
            first, together, ends_in_half, taps, own, weights};
        first += together;
    }
    free(offsets);
    return groups;
}

/// Two images, which lie one behind the other as further blocks of the same map.
enum { IMAGES = 2 };

static int check_dense(enum kernel_element element, const struct shape *shape) {
    int32_t reach = (shape->kernel - 1) * shape->dilation, border = reach / 2;
    int32_t side = (shape->size + 2 * border - reach - 1) / shape->stride + 1;
    int32_t lanes = shape->is_thin ? 4 : 16;
    int32_t inputs = (shape->channels + lanes - 1) / lanes;
    int32_t outputs = (shape->outputs + 15) / 16;
    struct map input = map_of(
        element, IMAGES * inputs * lanes, shape->size, shape->size, border, lanes, KERNEL_SLACK);
    struct map residual = input_map(element, IMAGES * outputs * 16, side, side, 0);
    input.place.image = inputs * input.place.block;
    residual.place.image = outputs * residual.place.block;
    struct map first = input;
    first.blocks = inputs;
    int32_t count;
    struct convolve_group *groups = groups_of(shape, &first, &count);
    int32_t stored = (shape->outputs + 15) / 16 * 16;
    float *scale = random_floats(stored, 0.001f), *bias = random_floats(stored, 20);
    if (element != KERNEL_U8)
        for (int32_t i = 0; i < stored; i++) scale[i] = 1;
    for (int32_t i = shape->outputs; i < stored; i++) bias[i] = 0;
    int good = 1;
    // Without a clamp, with one at both ends, and with one that has no upper end.
    for (int32_t variant = 0; variant < 5; variant++) {
        float high = variant < 4 ? 117 : __builtin_inff();
        struct convolve_layer layer = {
            element, granules_of(shape), count, groups, scale, bias, 0.5f, variant != 0 && variant != 2,
            -3, high};
        struct kernel_place from = input.place;
        from.data -= border * from.row + border * from.column;
        from.row *= shape->stride;
        from.column *= shape->stride;
        struct map expected = output_map(element, IMAGES * outputs * 16, side, side);
        expected.place.image = outputs * expected.place.block;
        const struct kernel_place *added = variant % 4 >= 2 ? &residual.place : NULL;
        convolve(KERNEL_SCALAR, &layer, &from, &expected.place, added, window_of(&expected), IMAGES);
        for (enum kernel_isa isa = KERNEL_AVX2; isa <= best_isa(element); isa++) {
            struct map found = output_map(element, IMAGES * outputs * 16, side, side);
            found.place.image = outputs * found.place.block;
            convolve(isa, &layer, &from, &found.place, added, window_of(&found), IMAGES);
            char what[128];
            snprintf(
                what, sizeof what, "dense %d to %d over %d, kernel %d/%d, element %d, isa %d",
                shape->channels, shape->outputs, shape->size, shape->kernel, shape->stride, element, isa);
            good &= agree(what, &found, &expected);
            free(found.memory);
        }
        free(expected.memory);
    }
    for (int32_t i = 0; i < count; i++) {
        free((void *)groups[i].offsets);
        free((void *)groups[i].weights);
    }
    free(groups);
    free(scale);
    free(bias);
    free(input.memory);
    free(residual.memory);
    return good;
}

static int check_depthwise(enum kernel_element element, const struct shape *shape) {
    int32_t border = shape->kernel / 2;
    int32_t side = (shape->size + 2 * border - shape->kernel) / shape->stride + 1;
    struct map input = input_map(element, shape->channels, shape->size, shape->size, border);
    size_t area = (size_t)(shape->kernel * shape->kernel);
    float *weights = random_floats(input.blocks * area * 16, 1);
    for (size_t i = 0; i < input.blocks * area * 16; i++) {
        // What the element holds exactly.
        uint32_t word;
        memcpy(&word, weights + i, 4);
        word &= 0xffff0000;
        if (element == KERNEL_U8) weights[i] = (float)(int32_t)(weights[i] * 127);
        if (element == KERNEL_BF16) memcpy(weights + i, &word, 4);
    }
    float *scale = random_floats(input.blocks * 16, 0.01f), *bias = random_floats(input.blocks * 16, 20);
    if (element != KERNEL_U8)
        for (int32_t i = 0; i < input.blocks * 16; i++) scale[i] = 1;
    struct map expected = output_map(element, shape->channels, side, side);
    int good = 1;
    for (int32_t clamps = 0; clamps < 3; clamps++)
        for (enum kernel_isa isa = KERNEL_SCALAR; isa <= best_isa(element); isa++) {
            size_t bytes = depthwise_packed_bytes(isa, element, shape->kernel, shape->stride);
            uint8_t *packed = exactly(input.blocks * bytes);
            for (int32_t block = 0; block < input.blocks; block++)
                depthwise_pack(
                    isa, element, shape->kernel, shape->stride, weights + block * area * 16,
                    packed + block * bytes);
            struct depthwise_layer layer = {
                element, input.blocks, shape->kernel, shape->stride, packed, scale, bias, clamps > 0,
                -3, clamps < 2 ? 117 : __builtin_inff()};
            struct kernel_place from = input.place;
            from.data -= border * from.row + border * from.column;
            struct map found = output_map(element, shape->channels, side, side);
            struct map *to = isa == KERNEL_SCALAR ? &expected : &found;
            depthwise(isa, &layer, 0, input.blocks, &from, &to->place, window_of(to));
            char what[128];
            snprintf(
                what, sizeof what, "depthwise %d over %d, kernel %d/%d, element %d, isa %d",
                shape->channels, shape->size, shape->kernel, shape->stride, element, isa);
            if (isa != KERNEL_SCALAR) good &= agree(what, &found, &expected);
            free(found.memory);
            free(packed);
        }
    free(weights);
    free(scale);
    free(bias);
    free(input.memory);
    free(expected.memory);
    return good;
}

int check_convolutions(void) {
    static const struct shape dense[] = {
        {1, 1, 7, 3, 1, 1, 1},     {3, 32, 15, 3, 2, 1, 1},   {3, 17, 16, 7, 2, 1, 1},
        {3, 40, 225, 3, 2, 1, 1},  {17, 17, 7, 3, 1, 1, 0},   {17, 96, 1, 1, 1, 1, 0},
        {40, 240, 15, 1, 1, 1, 0}, {40, 33, 15, 3, 2, 1, 0},  {16, 64, 15, 5, 1, 1, 0},
        {33, 80, 9, 3, 1, 2, 0},   {1280, 17, 7, 1, 1, 1, 0}, {24, 1280, 7, 1, 1, 1, 0},
        {16, 16, 7, 7, 1, 1, 0},   {1040, 64, 5, 3, 1, 1, 0}, {24, 8, 15, 1, 1, 1, 0},
        {17, 56, 9, 3, 1, 1, 0},   {40, 72, 9, 1, 1, 1, 0},   {320, 72, 5, 3, 1, 1, 0},
    };
    static const struct shape depthwise[] = {
        {1, 1, 7, 3, 1, 1, 0},     {17, 17, 1, 3, 1, 1, 0},   {17, 17, 7, 5, 1, 1, 0},
        {3, 3, 15, 7, 1, 1, 0},    {40, 40, 15, 3, 2, 1, 0},  {40, 40, 16, 5, 2, 1, 0},
        {33, 33, 15, 7, 2, 1, 0},  {16, 16, 225, 3, 1, 1, 0}, {16, 16, 225, 5, 2, 1, 0},
        {1280, 0, 7, 3, 1, 1, 0},  {1280, 0, 1, 5, 1, 1, 0},  {20, 20, 9, 1, 1, 1, 0},
        {20, 20, 9, 9, 3, 1, 0},   {20, 20, 14, 5, 1, 1, 0},
    };
    int good = 1;
    for (enum kernel_element element = KERNEL_F32; element <= KERNEL_U8; element++) {
        for (size_t i = 0; i < sizeof dense / sizeof *dense; i++)
            good &= check_dense(element, dense + i);
        for (size_t i = 0; i < sizeof depthwise / sizeof *depthwise; i++)
            good &= check_depthwise(element, depthwise + i);
    }
    return good;
}
