#!/usr/bin/env bash
# Writes Sources/Interchange/Schema/onnx.pb.swift from ONNX's own schema.
#
#   scripts/make_onnx_schema.sh FOLDER/onnx.proto     the schema, as the 'onnx' wheel has it
#
# Needs protoc (Debian: protobuf-compiler). The generator is built from the version of SwiftProtobuf
# that Package.resolved names, in a scratch folder; that takes a minute, once.
set -euo pipefail
cd "$(dirname "$0")/.."

schema=${1:?name the schema: scripts/make_onnx_schema.sh FOLDER/onnx.proto}
scratch=${SCRATCH:-${TMPDIR:-/tmp}/pipeline-onnx-schema}
version=$(python3 -c '
import json
pins = json.load(open("Package.resolved"))["pins"]
print(next(pin["state"]["version"] for pin in pins if pin["identity"] == "swift-protobuf"))')

if [ ! -x "$scratch/generator/.build/release/protoc-gen-swift" ]; then
    rm -rf "$scratch/generator"
    git -c advice.detachedHead=false clone --quiet --depth 1 --branch "$version" \
        https://github.com/apple/swift-protobuf "$scratch/generator"
    swift build --package-path "$scratch/generator" -c release --product protoc-gen-swift
fi
protoc --plugin="$scratch/generator/.build/release/protoc-gen-swift" \
    --proto_path="$(dirname "$schema")" --swift_out=Sources/Interchange/Schema \
    --swift_opt=Visibility=Internal "$(basename "$schema")"
