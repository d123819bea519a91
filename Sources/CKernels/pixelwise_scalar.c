#define NAMED(NAME) NAME##_scalar
#include "pixelwise_portable.h"
