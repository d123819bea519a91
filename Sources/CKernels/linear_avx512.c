#if defined(__x86_64__)
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "vectors_avx512.h"

AVX512_BEGIN
#define NAMED(NAME) NAME##_avx512
#define SIXTEEN_AVX512
#define WIDTH 2
#define HEIGHT 12
#include "linear_portable.h"
AVX512_END
#endif
