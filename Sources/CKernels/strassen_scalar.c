#define NAMED(NAME) NAME##_scalar
#include "strassen_portable.h"
