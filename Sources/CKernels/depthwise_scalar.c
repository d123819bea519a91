#define FUNCTION depthwise_block_scalar
#include "depthwise_portable.h"
