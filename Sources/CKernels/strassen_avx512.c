#if defined(__x86_64__)
#include <string.h>

#include "vectors_avx512.h"

AVX512_BEGIN
#define NAMED(NAME) NAME##_avx512
#define SIXTEEN_AVX512
#include "strassen_portable.h"
AVX512_END
#endif
