#pragma once

// Checks that a sanitizer watches: every kernel over odd shapes, each against its plain C twin.

#include "maps.h"

/// The fastest way of computing that this processor has.
static inline enum kernel_isa best_isa(enum kernel_element element) {
    return kernel_best_isa(element);
}

/// Each gives 1 where all kernels agree, and prints where they do not.
int check_convolutions(void);
int check_pixelwise(void);
int check_pools(void);
int check_winograd(void);
int check_sequences(void);
int check_strassen(void);
