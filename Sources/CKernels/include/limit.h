#pragma once

// The hardware's limit: multiply-adds in registers alone.

#include "kernel.h"

/// Runs multiply-adds that touch no memory, in rounds of a fixed length, and returns how many
/// operations (two a multiply-add) one round does. The caller takes the time.
double kernel_limit_round(enum kernel_isa isa, enum kernel_element element);
