#if defined(__x86_64__)
#include <string.h>
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define NAMED(NAME) NAME##_avx2
#include "winograd_portable.h"
#pragma clang attribute pop
#endif
