#pragma once

#include <oneapi/dnnl/dnnl.h>

/// How many threads oneDNN may use when called from this thread. Declared here because GCC's omp.h
/// is not on clang's search path; the function is OpenMP's own, and libgomp is what libdnnl links.
void omp_set_num_threads(int threads);
