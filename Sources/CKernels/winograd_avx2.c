#if defined(__x86_64__)
#include <string.h>

#include "vectors_avx2.h"

AVX2_BEGIN
#define NAMED(NAME) NAME##_avx2
#include "winograd_portable.h"
AVX2_END
#endif
