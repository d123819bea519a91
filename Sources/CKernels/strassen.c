#include "strassen.h"

#include "isa.h"
#include "strassen_kernels.h"

void strassen_analyse(
    enum kernel_isa isa, const struct kernel_place *input, int32_t channels,
    const struct strassen_pixels *pixels, const struct strassen_matrices *sums) {
    ISA_CALL(strassen_analyse, input, channels, pixels, sums)
}

void strassen_combine(
    enum kernel_isa isa, const struct strassen_matrices *products, int32_t blocks,
    const struct strassen_pixels *pixels, const struct kernel_finish *finish,
    const struct kernel_place *output, int32_t width) {
    ISA_CALL(strassen_combine, products, blocks, pixels, finish, output, width)
}
