#if defined(__x86_64__)
#include <string.h>

#include "vectors_avx2.h"

AVX2_BEGIN
#define NAMED(NAME) NAME##_avx2
#include "strassen_portable.h"
AVX2_END
#endif
