#include "checks.h"

int main(void) {
    int good = check_convolutions() & check_pixelwise() & check_pools() & check_sequences()
        & check_strassen() & check_winograd();
    puts(good ? "the kernels agree with their plain C twins" : "the kernels do not agree");
    return good ? 0 : 1;
}
