#!/usr/bin/env bash
# Times the engine's kernels by themselves: Benchmarks/run-kernels.sh [--json] [WORD...]
set -euo pipefail
cd "$(dirname "$0")/.."

program=${TMPDIR:-/tmp}/kernels.$$
trap 'rm -f "$program"' EXIT
clang -O3 -Wall -Werror -ISources/CKernels/include Sources/CKernels/*.c Benchmarks/kernels/kernels.c \
    -lm -o "$program"
"$program" "$@"
