#include "winograd.h"

#include <math.h>

#include "isa.h"
#include "winograd_kernels.h"

void winograd_analyse(
    enum kernel_isa isa, const struct winograd_map *input, int32_t top, int32_t left,
    const struct winograd_tiles *tiles) {
    ISA_CALL(winograd_analyse, input, top, left, tiles)
}

void winograd_combine(
    enum kernel_isa isa, const struct winograd_tiles *tiles, const struct kernel_finish *finish,
    const struct winograd_map *output) {
    ISA_CALL(winograd_combine, tiles, finish, output)
}

/// Three taps at the points 0, ±√½, ±√2 and ∞, each over what the interpolation divides by.
static void at_points(const double taps[3], double points[6]) {
    double a = sqrt(0.5), b = sqrt(2);
    points[0] = taps[0];
    points[1] = -2.0 / 3 * (taps[0] + a * taps[1] + a * a * taps[2]);
    points[2] = -2.0 / 3 * (taps[0] - a * taps[1] + a * a * taps[2]);
    points[3] = 1.0 / 6 * (taps[0] + b * taps[1] + b * b * taps[2]);
    points[4] = 1.0 / 6 * (taps[0] - b * taps[1] + b * b * taps[2]);
    points[5] = taps[2];
}

void winograd_filter(const float filter[9], float positions[WINOGRAD_POSITIONS]) {
    double rows[3][6];
    for (int row = 0; row < 3; row++) {
        double taps[3] = {filter[3 * row], filter[3 * row + 1], filter[3 * row + 2]};
        at_points(taps, rows[row]);
    }
    for (int column = 0; column < 6; column++) {
        double taps[3] = {rows[0][column], rows[1][column], rows[2][column]}, points[6];
        at_points(taps, points);
        for (int row = 0; row < 6; row++) positions[6 * row + column] = (float)points[row];
    }
}
