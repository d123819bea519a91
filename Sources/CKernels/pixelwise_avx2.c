#if defined(__x86_64__)
#include <math.h>
#include <string.h>
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define NAMED(NAME) NAME##_avx2
#include "pixelwise_portable.h"
#pragma clang attribute pop
#endif
