#include <math.h>
#include <stdbool.h>

#define NAMED(NAME) NAME##_scalar
#include "pool_portable.h"
