#include <math.h>
#include <stdbool.h>
#include <string.h>

#define NAMED(NAME) NAME##_scalar
#include "sequence_portable.h"
