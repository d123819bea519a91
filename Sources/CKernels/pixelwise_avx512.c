#if defined(__x86_64__)
#include <math.h>
#include <string.h>

#include "vectors_avx512.h"

AVX512_BEGIN

#define NAMED(NAME) NAME##_avx512
#include "pixelwise_portable.h"

void pixelwise_look_up_vbmi(
    const uint8_t table[256], int32_t blocks, const struct kernel_place *input,
    const struct kernel_place *output, struct kernel_window window) {
    __m512i quarters[4];
    for (int i = 0; i < 4; i++) quarters[i] = _mm512_loadu_si512(table + 64 * i);
    int32_t count = window.width * 16;
    for (int32_t block = 0; block < blocks; block++)
        for (int32_t row = window.first_row; row < window.end_row; row++) {
            const uint8_t *from = input->data + block * input->block + row * input->row;
            uint8_t *to = output->data + block * output->block + row * output->row;
            for (int32_t i = 0; i < count; i += 64) {
                __mmask64 kept = count - i >= 64 ? ~0ull : (1ull << (count - i)) - 1;
                __m512i index = _mm512_maskz_loadu_epi8(kept, from + i);
                // Seven bits choose within half a table, the eighth between the halves.
                __m512i low = _mm512_permutex2var_epi8(quarters[0], index, quarters[1]);
                __m512i high = _mm512_permutex2var_epi8(quarters[2], index, quarters[3]);
                __m512i found = _mm512_mask_blend_epi8(_mm512_movepi8_mask(index), low, high);
                _mm512_mask_storeu_epi8(to + i, kept, found);
            }
        }
}

AVX512_END
#endif
