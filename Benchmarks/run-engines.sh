#!/usr/bin/env bash
# Measures `pipeline bench` against the peers' engines: Benchmarks/run-engines.sh CASE... [options]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
venv=${PIPELINE_PEERS:-$here/../.venv-bench}

if [ ! -x "$venv/bin/python" ]; then
    echo "making a virtual environment for the peers in $venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --requirement "$here/peers/requirements.txt"
fi
exec "$venv/bin/python" "$here/engines.py" "$@"
