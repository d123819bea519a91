#pragma once

// The activations, sixteen numbers at a time.

#include "pixelwise.h"
#include "sixteen.h"

/// exp(x) for x in -87...88, beyond which it saturates: 2^n times a polynomial of what is left, good
/// to two units in the last place.
SIXTEEN_INLINE sixteen exponential(sixteen x) {
    sixteen clamped = sixteen_clamped(x, -87.0f, 88.0f);
    // Adding 1.5 * 2^23 rounds to a whole number, which then stands in the lowest bits.
    sixteen n = clamped * 1.44269504f + 12582912.0f;
    sixteen_words power = sixteen_bits(n);
    n -= 12582912.0f;
    sixteen r = sixteen_fma(n, (sixteen)-0.693359375f, clamped);
    r = sixteen_fma(n, (sixteen)2.12194440e-4f, r);
    sixteen p = 1.98756915e-4f;
    p = sixteen_fma(p, r, (sixteen)1.39819995e-3f);
    p = sixteen_fma(p, r, (sixteen)8.33345205e-3f);
    p = sixteen_fma(p, r, (sixteen)4.16657962e-2f);
    p = sixteen_fma(p, r, (sixteen)1.66666654e-1f);
    p = sixteen_fma(p, r, (sixteen)0.5f);
    p = sixteen_fma(p, r * r, r) + 1.0f;
    return p * sixteen_from_bits((power + 127) << 23);
}

SIXTEEN_INLINE sixteen sigmoid(sixteen x) { return 1.0f / (1.0f + exponential(-x)); }

SIXTEEN_INLINE sixteen hard_sigmoid(sixteen x) {
    return sixteen_clamped(x * (1.0f / 6.0f) + 0.5f, 0, 1);
}

/// The error function by Abramowitz and Stegun 7.1.26, off by 1.5e-7 at most.
SIXTEEN_INLINE sixteen error_function(sixteen x) {
    sixteen size = __builtin_elementwise_abs(x);
    sixteen t = 1.0f / sixteen_fma((sixteen)0.3275911f, size, (sixteen)1.0f);
    sixteen p = 1.061405429f;
    p = sixteen_fma(p, t, (sixteen)-1.453152027f);
    p = sixteen_fma(p, t, (sixteen)1.421413741f);
    p = sixteen_fma(p, t, (sixteen)-0.284496736f);
    p = sixteen_fma(p, t, (sixteen)0.254829592f);
    return __builtin_elementwise_copysign(1.0f - p * t * exponential(-size * size), x);
}

SIXTEEN_INLINE sixteen activated(struct pixelwise_activation activation, sixteen x) {
    switch (activation.function) {
    case PIXELWISE_CLAMP: return sixteen_clamped(x, activation.a, activation.b);
    case PIXELWISE_LEAKY_RELU: return x > 0.0f ? x : activation.a * x;
    case PIXELWISE_SIGMOID: return sigmoid(x);
    case PIXELWISE_SILU: return x * sigmoid(x);
    case PIXELWISE_HARD_SIGMOID: return hard_sigmoid(x);
    case PIXELWISE_HARD_SWISH: return x * hard_sigmoid(x);
    case PIXELWISE_GELU: return 0.5f * x * (1.0f + error_function(x * 0.70710678f));
    case PIXELWISE_TANH: return sixteen_fma((sixteen)2.0f, sigmoid(2.0f * x), (sixteen)-1.0f);
    }
    return x;
}

/// `BODY` with the function as a constant, so that loops over it have no branches.
#define FOR_EACH_FUNCTION(ACTIVATION, BODY) \
    switch ((ACTIVATION).function) { \
    case PIXELWISE_CLAMP: { BODY(PIXELWISE_CLAMP) break; } \
    case PIXELWISE_LEAKY_RELU: { BODY(PIXELWISE_LEAKY_RELU) break; } \
    case PIXELWISE_SIGMOID: { BODY(PIXELWISE_SIGMOID) break; } \
    case PIXELWISE_SILU: { BODY(PIXELWISE_SILU) break; } \
    case PIXELWISE_HARD_SIGMOID: { BODY(PIXELWISE_HARD_SIGMOID) break; } \
    case PIXELWISE_HARD_SWISH: { BODY(PIXELWISE_HARD_SWISH) break; } \
    case PIXELWISE_GELU: { BODY(PIXELWISE_GELU) break; } \
    case PIXELWISE_TANH: { BODY(PIXELWISE_TANH) break; } \
    }
