// The body of the sums, included once for each target with NAMED making names of its own. Sixteen
// channels stand side by side in one vector.

#include "sixteen.h"
#include "strassen_kernels.h"

/// The numbers of one pixel in the second half of the channels, zero from lane `lanes` on.
SIXTEEN_INLINE sixteen cut(sixteen numbers, int32_t lanes) {
    return sixteen_from_bits(sixteen_bits(numbers) & (sixteen_lanes() < lanes));
}

/// The sums of one block of one image; `low` and `high` are the block in both halves of the channels.
SIXTEEN_INLINE void analyse_block(
    const float *low, const float *high, int32_t lanes, const struct strassen_pixels *pixels,
    float *sums, ptrdiff_t matrix) {
    ptrdiff_t partner = (ptrdiff_t)pixels->half * 16;
    for (int32_t pixel = 0; pixel < pixels->count; pixel++) {
        ptrdiff_t at = (ptrdiff_t)pixel * 16;
        sixteen a11, a12, a21 = 0.0f, a22 = 0.0f;
        memcpy(&a11, low + at, 64);
        memcpy(&a12, high + at, 64);
        if (pixel < pixels->paired) {
            memcpy(&a21, low + at + partner, 64);
            memcpy(&a22, high + at + partner, 64);
        }
        a12 = cut(a12, lanes);
        a22 = cut(a22, lanes);
        sixteen s1 = a21 + a22, s2 = s1 - a11, s3 = a11 - a21, s4 = a12 - s2;
        memcpy(sums + at, &s1, 64);
        memcpy(sums + matrix + at, &s2, 64);
        memcpy(sums + 2 * matrix + at, &s3, 64);
        memcpy(sums + 3 * matrix + at, &s4, 64);
        memcpy(sums + 4 * matrix + at, &a22, 64);
    }
}

void NAMED(strassen_analyse)(
    const struct kernel_place *input, int32_t channels, const struct strassen_pixels *pixels,
    const struct strassen_matrices *sums) {
    int32_t blocks = (channels + 31) / 32;
    for (int32_t block = 0; block < blocks; block++) {
        int32_t lanes = channels - (blocks + block) * 16;
        for (int32_t image = 0; image < pixels->images; image++) {
            const uint8_t *low = input->data + image * input->image + block * input->block
                + (ptrdiff_t)pixels->first * 64;
            analyse_block(
                (const float *)low, (const float *)(low + blocks * input->block), lanes, pixels,
                sums->numbers + (block * sums->block + image * sums->image) / 4,
                sums->matrix / 4);
        }
    }
}

/// One result: what belongs to the sums is added, and it is stored.
/// The bytes from a map's beginning to its pixel `index`.
SIXTEEN_INLINE ptrdiff_t offset_of(const struct kernel_place *place, int32_t index, int32_t width) {
    return index / width * place->row + index % width * place->column;
}

/// The results of one block of one image, in both halves of the channels.
SIXTEEN_INLINE void combine_block(
    const float *products, ptrdiff_t matrix, int32_t blocks, const struct strassen_pixels *pixels,
    const struct kernel_finish *finish, const uint8_t *residual, const float *bias,
    const struct kernel_place *output, uint8_t *to, int32_t width) {
    sixteen low, high;
    memcpy(&low, bias, 64);
    memcpy(&high, bias + blocks * 16, 64);
    const struct kernel_place *added = finish->residual;
    ptrdiff_t half = blocks * output->block, half_added = added ? blocks * added->block : 0;
    for (int32_t pixel = 0; pixel < pixels->count; pixel++) {
        sixteen p[STRASSEN_PRODUCTS];
        SIXTEEN_UNROLL for (int i = 0; i < STRASSEN_PRODUCTS; i++)
            memcpy(p + i, products + i * matrix + pixel * 16, 64);
        sixteen u2 = p[0] + p[5], u3 = u2 + p[6];
        int32_t index = pixels->first + pixel;
        uint8_t *out = to + offset_of(output, index, width);
        const uint8_t *add = residual ? residual + offset_of(added, index, width) : NULL;
        sixteen_finish(KERNEL_F32, finish, p[0] + p[1] + low, add, out);
        sixteen_finish(KERNEL_F32, finish, u2 + p[4] + p[2] + high, add ? add + half_added : NULL, out + half);
        if (pixel >= pixels->paired) continue;
        index += pixels->half;
        out = to + offset_of(output, index, width);
        add = residual ? residual + offset_of(added, index, width) : NULL;
        sixteen_finish(KERNEL_F32, finish, u3 - p[3] + low, add, out);
        sixteen_finish(KERNEL_F32, finish, u3 + p[4] + high, add ? add + half_added : NULL, out + half);
    }
}

void NAMED(strassen_combine)(
    const struct strassen_matrices *products, int32_t blocks, const struct strassen_pixels *pixels,
    const struct kernel_finish *finish, const struct kernel_place *output, int32_t width) {
    const struct kernel_place *added = finish->residual;
    for (int32_t block = 0; block < blocks; block++)
        for (int32_t image = 0; image < pixels->images; image++)
            combine_block(
                products->numbers + (block * products->block + image * products->image) / 4,
                products->matrix / 4, blocks, pixels, finish,
                added ? added->data + image * added->image + block * added->block : NULL,
                finish->bias + block * 16, output,
                output->data + image * output->image + block * output->block, width);
}
