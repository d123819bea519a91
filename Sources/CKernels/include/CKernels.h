#pragma once
#include "convolve.h"
#include "depthwise.h"
#include "kernel.h"
#include "limit.h"
#include "pixelwise.h"
#include "pool.h"
#include "resize.h"
