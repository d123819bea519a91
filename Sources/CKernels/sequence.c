#include "sequence.h"

#include "isa.h"
#include "sequence_kernels.h"

void sequence_normalise(
    enum kernel_isa isa, const struct sequence_norm *layer, const struct kernel_place *input,
    const struct kernel_place *output, struct kernel_window window) {
    ISA_CALL(sequence_normalise, layer, input, output, window)
}

void sequence_softmax(
    enum kernel_isa isa, float scale, int32_t count, float *numbers, ptrdiff_t row, int32_t rows) {
    ISA_CALL(sequence_softmax, scale, count, numbers, row, rows)
}
