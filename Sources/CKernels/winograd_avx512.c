#if defined(__x86_64__)
#include <string.h>
#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)
#define NAMED(NAME) NAME##_avx512
#include "winograd_portable.h"
#pragma clang attribute pop
#endif
