#include "resize.h"

// One body for every kernel: the compiler makes vectors of it, and a division is exact in any width.
// Written for blocks of 16 pixels, so that means and deviations repeat at whole vectors.

#define INLINE static inline __attribute__((always_inline))

INLINE void interleaved(
    const uint8_t *pixels, size_t count, const float mean[3], const float std[3], float *output) {
    float means[48], deviations[48];
    for (int i = 0; i < 48; i++) {
        means[i] = mean[i % 3];
        deviations[i] = std[i % 3];
    }
    size_t values = count * 3, i = 0;
    for (; i + 48 <= values; i += 48) {
        for (int j = 0; j < 48; j++)
            output[i + j] = ((float)pixels[i + j] - means[j]) / deviations[j];
    }
    for (int j = 0; i + j < values; j++)
        output[i + j] = ((float)pixels[i + j] - means[j]) / deviations[j];
}

INLINE void planar(
    const uint8_t *pixels, size_t count, const float mean[3], const float std[3], float *output) {
    for (int channel = 0; channel < 3; channel++) {
        float *plane = output + channel * count;
        for (size_t i = 0; i < count; i++)
            plane[i] = ((float)pixels[3 * i + channel] - mean[channel]) / std[channel];
    }
}

#if defined(__x86_64__)
__attribute__((target("avx512f,avx512bw,avx512vl"))) static void interleaved_avx512(
    const uint8_t *pixels, size_t count, const float mean[3], const float std[3], float *output) {
    interleaved(pixels, count, mean, std, output);
}

__attribute__((target("avx512f,avx512bw,avx512vl"))) static void planar_avx512(
    const uint8_t *pixels, size_t count, const float mean[3], const float std[3], float *output) {
    planar(pixels, count, mean, std, output);
}

__attribute__((target("avx2"))) static void interleaved_avx2(
    const uint8_t *pixels, size_t count, const float mean[3], const float std[3], float *output) {
    interleaved(pixels, count, mean, std, output);
}

__attribute__((target("avx2"))) static void planar_avx2(
    const uint8_t *pixels, size_t count, const float mean[3], const float std[3], float *output) {
    planar(pixels, count, mean, std, output);
}
#endif

void resize_normalise_interleaved(
    enum resize_kernel kernel, const uint8_t *pixels, size_t count, const float mean[3],
    const float std[3], float *output) {
    switch (kernel) {
#if defined(__x86_64__)
    case RESIZE_VNNI: interleaved_avx512(pixels, count, mean, std, output); break;
    case RESIZE_AVX2: interleaved_avx2(pixels, count, mean, std, output); break;
#endif
    default: interleaved(pixels, count, mean, std, output); break;
    }
}

void resize_normalise_planar(
    enum resize_kernel kernel, const uint8_t *pixels, size_t count, const float mean[3],
    const float std[3], float *output) {
    switch (kernel) {
#if defined(__x86_64__)
    case RESIZE_VNNI: planar_avx512(pixels, count, mean, std, output); break;
    case RESIZE_AVX2: planar_avx2(pixels, count, mean, std, output); break;
#endif
    default: planar(pixels, count, mean, std, output); break;
    }
}
