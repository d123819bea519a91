#pragma once

/// Calls the build of FUNCTION for `isa`, and returns.
#if defined(__x86_64__)
#define ISA_CALL(FUNCTION, ...) \
    switch (isa) { \
    case KERNEL_AVX512: FUNCTION##_avx512(__VA_ARGS__); return; \
    case KERNEL_AVX2: FUNCTION##_avx2(__VA_ARGS__); return; \
    case KERNEL_SCALAR: FUNCTION##_scalar(__VA_ARGS__); return; \
    }
#else
#define ISA_CALL(FUNCTION, ...) \
    (void)isa; \
    FUNCTION##_scalar(__VA_ARGS__);
#endif
