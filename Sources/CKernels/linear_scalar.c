#include <math.h>
#include <stdbool.h>
#include <string.h>

#define NAMED(NAME) NAME##_scalar
#define WIDTH 1
#define HEIGHT 3
#include "linear_portable.h"
