#include "depthwise.h"

#include <string.h>

#include "depthwise_kernels.h"

static int is_vector(enum kernel_isa isa, int32_t kernel, int32_t stride) {
#if defined(__x86_64__)
    return isa == KERNEL_AVX512 && depthwise_has_vectors(kernel, stride);
#else
    return 0;
#endif
}

size_t depthwise_packed_bytes(
    enum kernel_isa isa, enum kernel_element element, int32_t kernel, int32_t stride) {
    if (!is_vector(isa, kernel, stride)) return (size_t)(kernel * kernel) * 64;
    struct depthwise_scheme scheme = depthwise_scheme_of(element, kernel, stride);
    return (size_t)(kernel * scheme.shifts * scheme.registers) * 64;
}

void depthwise_pack(
    enum kernel_isa isa, enum kernel_element element, int32_t kernel, int32_t stride,
    const float *weights, void *packed) {
    if (is_vector(isa, kernel, stride))
        depthwise_pack_avx512(element, kernel, stride, weights, packed);
    else
        memcpy(packed, weights, (size_t)(kernel * kernel) * 64);
}

static depthwise_block_function *block_function(
    enum kernel_isa isa, const struct depthwise_layer *layer) {
#if defined(__x86_64__)
    if (is_vector(isa, layer->kernel, layer->stride)) return depthwise_block_avx512;
    if (isa != KERNEL_SCALAR) return depthwise_block_avx2;
#endif
    (void)isa;
    (void)layer;
    return depthwise_block_scalar;
}

void depthwise(
    enum kernel_isa isa, const struct depthwise_layer *layer, int32_t first_block, int32_t end_block,
    const struct kernel_place *input, const struct kernel_place *output,
    struct kernel_window window) {
    depthwise_block_function *function = block_function(isa, layer);
    for (int32_t block = first_block; block < end_block; block++)
        function(layer, block, input, output, window);
}
