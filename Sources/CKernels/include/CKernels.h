#pragma once
#include "resize.h"
