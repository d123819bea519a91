// Channels moved from one map to another, included once for each target like the pixelwise kernels.

#include "pixelwise_kernels.h"
#include "sixteen.h"

/// What one block of a result takes from two neighbouring blocks of the source: lanes first ..< end
/// from lane `shift` on, as if the two stood side by side.
struct shifted_lanes {
    int32_t shift, first, end;
};

/// Moves a row of pixels from `a` and `b` into some lanes of `to`.
#define MOVE_ROW(NAME, VECTOR, NUMBER, TAKE) \
    SIXTEEN_INLINE void NAME( \
        const uint8_t *a, const uint8_t *b, ptrdiff_t from_column, struct shifted_lanes lanes, \
        uint8_t *to, ptrdiff_t to_column, int32_t pixels) { \
        VECTOR kept; \
        for (int lane = 0; lane < 16; lane++) \
            kept[lane] = lane >= lanes.first && lane < lanes.end ? 0 : (NUMBER)~0u; \
        for (int32_t i = 0; i < pixels; i++) { \
            VECTOR left, right, old; \
            memcpy(&left, a + i * from_column, sizeof left); \
            memcpy(&right, b + i * from_column, sizeof right); \
            memcpy(&old, to + i * to_column, sizeof old); \
            VECTOR taken = TAKE(left, right, lanes.shift); \
            taken = (old & kept) | (taken & ~kept); \
            memcpy(to + i * to_column, &taken, sizeof taken); \
        } \
    }

typedef uint32_t sixteen_units __attribute__((ext_vector_type(16)));

#ifdef SIXTEEN_AVX512
SIXTEEN_INLINE sixteen_units take_words(sixteen_units left, sixteen_units right, int32_t shift) {
    __m512i index = _mm512_add_epi32((__m512i)sixteen_lanes(), _mm512_set1_epi32(shift));
    return (sixteen_units)_mm512_permutex2var_epi32((__m512i)left, index, (__m512i)right);
}

SIXTEEN_INLINE sixteen_halves take_halves(
    sixteen_halves left, sixteen_halves right, int32_t shift) {
    __m256i lanes = (__m256i)__builtin_convertvector(sixteen_lanes(), sixteen_halves);
    __m256i index = _mm256_add_epi16(lanes, _mm256_set1_epi16((int16_t)shift));
    return (sixteen_halves)_mm256_permutex2var_epi16((__m256i)left, index, (__m256i)right);
}

SIXTEEN_INLINE sixteen_bytes take_bytes(sixteen_bytes left, sixteen_bytes right, int32_t shift) {
    __m128i lanes = (__m128i)__builtin_convertvector(sixteen_lanes(), sixteen_bytes);
    __m128i index = _mm_add_epi8(lanes, _mm_set1_epi8((int8_t)shift));
    return (sixteen_bytes)_mm_permutex2var_epi8((__m128i)left, index, (__m128i)right);
}
#else
/// Through memory, where the two do stand side by side.
#define TAKE_THROUGH_MEMORY(NAME, VECTOR) \
    SIXTEEN_INLINE VECTOR NAME(VECTOR left, VECTOR right, int32_t shift) { \
        VECTOR both[2] = {left, right}, taken; \
        memcpy(&taken, (const uint8_t *)both + (size_t)shift * sizeof(VECTOR) / 16, sizeof taken); \
        return taken; \
    }
TAKE_THROUGH_MEMORY(take_words, sixteen_units)
TAKE_THROUGH_MEMORY(take_halves, sixteen_halves)
TAKE_THROUGH_MEMORY(take_bytes, sixteen_bytes)
#endif

MOVE_ROW(move_words, sixteen_units, uint32_t, take_words)
MOVE_ROW(move_halves, sixteen_halves, uint16_t, take_halves)
MOVE_ROW(move_bytes, sixteen_bytes, uint8_t, take_bytes)

void NAMED(pixelwise_move)(
    enum kernel_element element, int32_t channels, int32_t from, int32_t to,
    const struct kernel_place *input, const struct kernel_place *output,
    struct kernel_window window) {
    size_t bytes = sixteen_size(element);
    int32_t last = (from + channels - 1) / 16;
    for (int32_t block = to / 16; block * 16 < to + channels; block++) {
        // The source's channel that the block's lane 0 stands for; lanes before `to` have none.
        int32_t channel = from + block * 16 - to;
        int32_t source = channel < 0 ? -1 : channel / 16;
        struct shifted_lanes lanes = {channel - source * 16, to - block * 16, to + channels - block * 16};
        if (lanes.first < 0) lanes.first = 0;
        if (lanes.end > 16) lanes.end = 16;
        const uint8_t *left = input->data + (source < 0 ? 0 : source) * input->block;
        const uint8_t *right = input->data + (source < last ? source + 1 : last) * input->block;
        uint8_t *result = output->data + block * output->block;
        bool is_copy = lanes.shift == 0 && lanes.first == 0 && lanes.end == 16
            && input->column == (ptrdiff_t)bytes && output->column == (ptrdiff_t)bytes;
        for (int32_t row = window.first_row; row < window.end_row; row++) {
            const uint8_t *a = left + row * input->row, *b = right + row * input->row;
            uint8_t *pixels = result + row * output->row;
            if (is_copy) {
                memcpy(pixels, a, (size_t)window.width * bytes);
                continue;
            }
#define MOVE(ROW) ROW(a, b, input->column, lanes, pixels, output->column, window.width)
            switch (element) {
            case KERNEL_F32: MOVE(move_words); break;
            case KERNEL_BF16: MOVE(move_halves); break;
            case KERNEL_U8: MOVE(move_bytes); break;
            }
#undef MOVE
        }
    }
}
