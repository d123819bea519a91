#include "pool.h"

#include "isa.h"
#include "pool_kernels.h"

void pool_maximum(
    enum kernel_isa isa, const struct pool_layer *layer, const struct kernel_place *input,
    const struct kernel_place *output, struct kernel_window window) {
    ISA_CALL(pool_maximum, layer, input, output, window)
}

void pool_mean(
    enum kernel_isa isa, const struct pool_layer *layer, const struct kernel_place *input,
    const struct kernel_place *output, struct kernel_window window) {
    ISA_CALL(pool_mean, layer, input, output, window)
}

void pool_all(
    enum kernel_isa isa, enum kernel_element element, int32_t blocks, float scale, float shift,
    const struct kernel_place *input, struct kernel_window window, float *output) {
    ISA_CALL(pool_all, element, blocks, scale, shift, input, window, output)
}
