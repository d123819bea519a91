#!/usr/bin/env bash
# Labels the folder DATASET, or ten sample photos, with three pretrained networks.
set -euo pipefail
cd "$(dirname "$0")/.."

dataset=${DATASET:-}
if [ -z "$dataset" ]; then
    dataset=demo/photos
    output=demo/output
    scripts/demo-photos.sh "$dataset"
else
    dataset=${dataset/#\~\//$HOME/}
    output=demo/$(basename "$dataset")-labels
fi

"$PIPELINE" models pull efficientnet_lite0 efficientnet_lite1 efficientnet_lite2
status=0
"$PIPELINE" label "$dataset" --pipeline imagenet-lite --output "$output" || status=$?
# 3: labelled, but for some images; the report names them.
[ "$status" -eq 3 ] || exit "$status"
