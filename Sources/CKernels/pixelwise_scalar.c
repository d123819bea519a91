#include <math.h>
#include <stdbool.h>

#define NAMED(NAME) NAME##_scalar
#include "channels_portable.h"
#include "pixelwise_portable.h"
