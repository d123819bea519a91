#define NAMED(NAME) NAME##_scalar
#include "winograd_portable.h"
