#define NAMED(NAME) NAME##_scalar
#include "pool_portable.h"
