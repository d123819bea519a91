// Times the engine's kernels by themselves, on one core: kernels [--json] [WORD...]
//
// Each line is one kernel over a shape that networks have: the least time of several runs, GB/s of
// what it reads and writes, or GFLOP/s and its share of what registers alone would do. WORDs choose
// lines that contain one of them.

#include <time.h>

#include "../../Tests/KernelChecks/maps.h"

static const char *const elements[] = {"f32", "bf16", "u8"};
static int as_json;
static int words;
static char **word;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/// Operations a second that registers alone allow.
static double limit(enum kernel_element element) {
    static double known[3];
    enum kernel_isa isa = kernel_best_isa(element);
    for (int i = 0; known[element] == 0 || i < 20; i++) {
        if (i == 0 && known[element] != 0) break;
        double begin = now(), operations = kernel_limit_round(isa, element);
        double rate = operations / (now() - begin);
        if (rate > known[element]) known[element] = rate;
    }
    return known[element];
}

static int is_chosen(const char *name) {
    for (int i = 0; i < words; i++)
        if (strstr(name, word[i]) != NULL) return 1;
    return words == 0;
}

static void print(
    const char *name, enum kernel_element element, double seconds, double bytes, double operations) {
    double gigabytes = bytes / seconds * 1e-9, gigaflops = operations / seconds * 1e-9;
    double share = operations / seconds / limit(element);
    if (as_json)
        printf(
            "{\"kernel\":\"%s\",\"element\":\"%s\",\"seconds\":%.3g,\"gigabytesPerSecond\":%.1f,"
            "\"gigaflops\":%.1f,\"shareOfLimit\":%.2f}\n",
            name, elements[element], seconds, gigabytes, gigaflops, share);
    else if (operations > 0)
        printf(
            "%-34s %-5s %9.1f  %6.1f %8.0f %5.0f %%\n", name, elements[element], seconds * 1e6,
            gigabytes, gigaflops, share * 100);
    else
        printf("%-34s %-5s %9.1f  %6.1f\n", name, elements[element], seconds * 1e6, gigabytes);
    fflush(stdout);
}

/// Sets `seconds` to the least time that BODY takes, in runs of a millisecond or more.
#define LEAST(seconds, BODY) \
    double seconds = 1; \
    for (int round = 0, times = 1; round < 12; round++) { \
        double begin = now(); \
        for (int time = 0; time < times; time++) { BODY; } \
        double taken = now() - begin; \
        if (taken / times < seconds) seconds = taken / times; \
        if (taken < 1e-3) times *= 2; \
    }

static void time_pool(int is_mean, int32_t channels, int32_t size, int32_t kernel, int32_t stride, int32_t pad) {
    char name[64];
    snprintf(
        name, sizeof name, "%s pool %d/%d, %d x %d x %d", is_mean ? "mean" : "max", kernel, stride,
        channels, size, size);
    if (!is_chosen(name)) return;
    int32_t side = (size + 2 * pad - kernel) / stride + 1;
    for (enum kernel_element e = KERNEL_F32; e <= KERNEL_U8; e++) {
        struct map from = input_map(e, channels, size, size, 0), to = output_map(e, channels, side, side);
        struct pool_layer layer = {
            e, from.blocks, size, size, kernel, kernel, stride, stride, pad, pad, pad, pad, 1, 0};
        enum kernel_isa isa = kernel_best_isa(e);
        LEAST(seconds, {
            if (is_mean)
                pool_mean(isa, &layer, &from.place, &to.place, window_of(&to));
            else
                pool_maximum(isa, &layer, &from.place, &to.place, window_of(&to));
        })
        print(name, e, seconds, (double)(from.bytes + to.bytes), 0);
        free(from.memory);
        free(to.memory);
    }
}

static void time_activation(const char *function, enum pixelwise_function code, int32_t channels, int32_t size) {
    char name[64];
    snprintf(name, sizeof name, "%s, %d x %d x %d", function, channels, size, size);
    if (!is_chosen(name)) return;
    for (enum kernel_element e = KERNEL_F32; e <= KERNEL_BF16; e++) {
        struct map from = input_map(e, channels, size, size, 0), to = output_map(e, channels, size, size);
        struct pixelwise_activation activation = {code, 0, 6};
        LEAST(seconds, pixelwise_activate(
            kernel_best_isa(e), e, activation, from.blocks, &from.place, &to.place, window_of(&to)))
        print(name, e, seconds, (double)(from.bytes + to.bytes), 0);
        free(from.memory);
        free(to.memory);
    }
}

static void time_pixelwise(int32_t channels, int32_t size) {
    char names[3][64];
    snprintf(names[0], 64, "sum, %d x %d x %d", channels, size, size);
    snprintf(names[1], 64, "affine, %d x %d x %d", channels, size, size);
    snprintf(names[2], 64, "channels moved by 3, %d x %d x %d", channels, size, size);
    for (enum kernel_element e = KERNEL_F32; e <= KERNEL_U8; e++) {
        enum kernel_isa isa = kernel_best_isa(e);
        struct map a = input_map(e, channels, size, size, 0), b = input_map(e, channels, size, size, 0);
        struct map to = output_map(e, channels + 16, size, size);
        struct kernel_window window = window_of(&a);
        float *scale = random_floats((size_t)a.blocks * 16, 1);
        struct pixelwise_sum sum = {e, a.blocks, 1, 1, 0, 0, 255};
        struct pixelwise_affine affine = {e, e, a.blocks, scale, scale, 0, 255};
        LEAST(summing, pixelwise_add(isa, &sum, &a.place, &b.place, &to.place, window))
        LEAST(mapping, pixelwise_map(isa, &affine, &a.place, &to.place, window))
        LEAST(moving, pixelwise_move(isa, e, channels, 0, 3, &a.place, &to.place, window))
        if (is_chosen(names[0])) print(names[0], e, summing, 3.0 * (double)a.bytes, 0);
        if (is_chosen(names[1])) print(names[1], e, mapping, 2.0 * (double)a.bytes, 0);
        if (is_chosen(names[2])) print(names[2], e, moving, 2.0 * (double)a.bytes, 0);
        free(scale);
        free(a.memory);
        free(b.memory);
        free(to.memory);
    }
}

static void time_depthwise(int32_t channels, int32_t size, int32_t kernel, int32_t stride) {
    char name[64];
    snprintf(name, sizeof name, "depthwise %d/%d, %d x %d x %d", kernel, stride, channels, size, size);
    if (!is_chosen(name)) return;
    int32_t side = (size - 1) / stride + 1;
    for (enum kernel_element e = KERNEL_F32; e <= KERNEL_U8; e++) {
        enum kernel_isa isa = kernel_best_isa(e);
        struct map from = input_map(e, channels, size, size, kernel / 2);
        struct map to = output_map(e, channels, side, side);
        float *weights = random_floats((size_t)kernel * kernel * 16, 100);
        float *scale = random_floats((size_t)from.blocks * 16, 0.01f);
        size_t bytes = depthwise_packed_bytes(isa, e, kernel, stride);
        uint8_t *packed = exactly(from.blocks * bytes);
        for (int32_t block = 0; block < from.blocks; block++)
            depthwise_pack(isa, e, kernel, stride, weights, packed + block * bytes);
        struct depthwise_layer layer = {e, from.blocks, kernel, stride, packed, scale, scale, 1, 0, 6};
        struct kernel_place first = from.place;
        first.data -= kernel / 2 * (first.row + first.column);
        LEAST(seconds, depthwise(isa, &layer, 0, from.blocks, &first, &to.place, window_of(&to)))
        double operations = 2.0 * channels * side * side * kernel * kernel;
        print(name, e, seconds, (double)(from.bytes + to.bytes), operations);
        free(weights);
        free(scale);
        free(packed);
        free(from.memory);
        free(to.memory);
    }
}

static void time_linear(int32_t inputs, int32_t outputs, int32_t rows) {
    char name[64];
    snprintf(name, sizeof name, "linear %d to %d, %d rows", inputs, outputs, rows);
    if (!is_chosen(name)) return;
    float *weights = random_floats((size_t)inputs * outputs, 1);
    float *input = random_floats((size_t)inputs * rows, 1), *output = random_floats((size_t)outputs * rows, 1);
    for (enum kernel_element e = KERNEL_F32; e <= KERNEL_BF16; e++) {
        size_t bytes = linear_packed_bytes(e, inputs, outputs);
        void *packed = exactly(bytes);
        linear_pack(e, inputs, outputs, weights, 1, inputs, packed);
        struct linear_layer layer = {e, inputs, outputs, packed, NULL};
        LEAST(seconds, linear(kernel_best_isa(e), &layer, input, inputs, output, outputs, rows))
        print(name, e, seconds, (double)bytes, 2.0 * inputs * outputs * rows);
        free(packed);
    }
    free(weights);
    free(input);
    free(output);
}

static void time_sequence(int32_t channels, int32_t tokens) {
    char names[2][64];
    snprintf(names[0], 64, "layer norm, %d x %d", channels, tokens);
    snprintf(names[1], 64, "softmax, %d x %d", tokens, tokens);
    struct map from = input_map(KERNEL_F32, channels, 1, tokens, 0);
    struct map to = output_map(KERNEL_F32, channels, 1, tokens);
    float *scale = random_floats((size_t)from.blocks * 16, 1);
    struct sequence_norm layer = {channels, scale, scale, 1e-6f};
    enum kernel_isa isa = kernel_best_isa(KERNEL_F32);
    ptrdiff_t row = (tokens + 15) / 16 * 16;
    float *shares = random_floats((size_t)(tokens * row), 1);
    LEAST(norm, sequence_normalise(isa, &layer, &from.place, &to.place, window_of(&to)))
    LEAST(softmax, sequence_softmax(isa, 0.125f, tokens, shares, row, tokens))
    if (is_chosen(names[0])) print(names[0], KERNEL_F32, norm, 2.0 * (double)from.bytes, 0);
    if (is_chosen(names[1])) print(names[1], KERNEL_F32, softmax, 8.0 * (double)(tokens * row), 0);
    free(scale);
    free(shares);
    free(from.memory);
    free(to.memory);
}

int main(int count, char **arguments) {
    as_json = count > 1 && strcmp(arguments[1], "--json") == 0;
    words = count - 1 - as_json;
    word = arguments + 1 + as_json;
    if (!as_json)
        printf("%-34s %-5s %9s  %6s %8s %7s\n", "kernel", "", "us", "GB/s", "GFLOP/s", "share");
    time_depthwise(144, 56, 3, 1);
    time_depthwise(96, 112, 3, 2);
    time_depthwise(480, 14, 5, 1);
    time_depthwise(240, 28, 5, 2);
    time_depthwise(960, 7, 3, 1);
    time_pool(0, 64, 112, 3, 2, 1);
    time_pool(0, 256, 28, 3, 1, 1);
    time_pool(0, 64, 112, 2, 2, 0);
    time_pool(1, 192, 35, 3, 1, 1);
    time_pool(1, 128, 56, 2, 2, 0);
    time_activation("relu6", PIXELWISE_CLAMP, 96, 28);
    time_activation("silu", PIXELWISE_SILU, 96, 28);
    time_activation("hard-swish", PIXELWISE_HARD_SWISH, 96, 28);
    time_activation("gelu", PIXELWISE_GELU, 96, 28);
    time_pixelwise(96, 28);
    time_linear(1280, 1000, 8);
    time_linear(2048, 1000, 8);
    time_linear(9216, 4096, 8);
    time_linear(64, 197, 12);
    time_sequence(768, 197);
    return 0;
}
