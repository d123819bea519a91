#if defined(__x86_64__)
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "vectors_avx2.h"

AVX2_BEGIN
#define NAMED(NAME) NAME##_avx2
#define WIDTH 1
#define HEIGHT 6
#include "linear_portable.h"
AVX2_END
#endif
