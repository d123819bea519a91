#include "pool.h"

#include "pool_kernels.h"

/// Calls the build of FUNCTION for `isa`.
#if defined(__x86_64__)
#define CALL(FUNCTION, ...) \
    switch (isa) { \
    case KERNEL_AVX512: FUNCTION##_avx512(__VA_ARGS__); return; \
    case KERNEL_AVX2: FUNCTION##_avx2(__VA_ARGS__); return; \
    case KERNEL_SCALAR: FUNCTION##_scalar(__VA_ARGS__); return; \
    }
#else
#define CALL(FUNCTION, ...) \
    (void)isa; \
    FUNCTION##_scalar(__VA_ARGS__);
#endif

void pool_maximum(
    enum kernel_isa isa, const struct pool_layer *layer, const struct kernel_place *input,
    const struct kernel_place *output, struct kernel_window window) {
    CALL(pool_maximum, layer, input, output, window)
}

void pool_mean(
    enum kernel_isa isa, const struct pool_layer *layer, const struct kernel_place *input,
    const struct kernel_place *output, struct kernel_window window) {
    CALL(pool_mean, layer, input, output, window)
}

void pool_all(
    enum kernel_isa isa, enum kernel_element element, int32_t blocks, float scale, float shift,
    const struct kernel_place *input, struct kernel_window window, float *output) {
    CALL(pool_all, element, blocks, scale, shift, input, window, output)
}
