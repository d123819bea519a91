#define FUNCTION convolve_tile_scalar
#include "convolve_portable.h"
