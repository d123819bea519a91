#!/usr/bin/env bash
# Measures `pipeline label` against its peers: Benchmarks/run.sh DATASET [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/.."

dataset=${1:?usage: Benchmarks/run.sh DATASET [ROUNDS]}
rounds=${2:-5}
venv=.venv-bench

if [ ! -x "$venv/bin/python" ]; then
    echo "making a virtual environment for the peers in $venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --requirement Benchmarks/peers/requirements.txt
fi
exec "$venv/bin/python" Benchmarks/compare.py "$dataset" --rounds "$rounds"
