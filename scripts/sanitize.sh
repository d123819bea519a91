#!/usr/bin/env bash
# Runs every kernel over odd shapes in memory of exactly its size, watched by AddressSanitizer and
# UndefinedBehaviorSanitizer.
set -euo pipefail
cd "$(dirname "$0")/.."

program=${TMPDIR:-/tmp}/kernel-checks.$$
trap 'rm -f "$program"' EXIT
# Without optimisation: checks around every access of unrolled tiles take minutes to optimise.
clang -g -O0 -Wall -Werror -fsanitize=address,undefined -fno-sanitize-recover=all \
    -fuse-ld=lld -ISources/CKernels/include Sources/CKernels/*.c Tests/KernelChecks/*.c -lm \
    -o "$program"
"$program"
