#!/usr/bin/env bash
# Records again what 8-bit integers take in the catalogue's networks, from a folder of real photos of
# many kinds, and puts it beside the catalogue: scripts/record_quantisation.sh FOLDER
#
# Half of the photos choose the ranges, the other half judge them; any photos will do, and the figures
# that 'pipeline models show' prints are those of the folder that was used.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:?name a folder of photos}
for model in efficientnet_lite0 efficientnet_lite1 efficientnet_lite2; do
    .build/release/pipeline models quantize "$model" --calibration "$folder" \
        --output "Sources/Models/Resources/$model.int8.json"
done
