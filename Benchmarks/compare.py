#!/usr/bin/env python3
"""Runs `pipeline label` and the peers in turn over one folder, and prints rates and ratios.

    compare.py FOLDER [--rounds 5] [--pipeline imagenet-lite]

Both sides leave out loading their networks. A round is one run of each; ratios are taken round by
round, so that a machine that slows down slows both.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = ROOT / ".build/release/pipeline"
PEER = ROOT / "Benchmarks/peers/onnxruntime_label.py"
MODELS = ROOT / ".venv-bench/models"


def ours(folder, definition):
    with tempfile.TemporaryDirectory() as scratch:
        output = pathlib.Path(scratch) / "labels"
        subprocess.run(
            [PROGRAM, "label", folder, "--pipeline", definition, "--output", output, "--quiet"],
            check=True, stdout=subprocess.DEVNULL)
        facts = json.loads((output / "run.json").read_text())
        return facts["timing"]["imagesPerSecondWithoutLoading"]


def onnxruntime(folder):
    answer = subprocess.run(
        [sys.executable, PEER, folder, "--models", MODELS], check=True, capture_output=True,
        text=True)
    facts = json.loads(answer.stdout.strip().splitlines()[-1])
    return facts["images"] / facts["seconds"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pipeline", default="imagenet-lite")
    arguments = parser.parse_args()
    subprocess.run(
        [sys.executable, PEER, arguments.folder, "--models", MODELS, "--export"], check=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    rates = {"pipeline": [], "onnxruntime": []}
    for round_number in range(arguments.rounds):
        rates["pipeline"].append(ours(arguments.folder, arguments.pipeline))
        rates["onnxruntime"].append(onnxruntime(arguments.folder))
        print(
            f"round {round_number + 1}: pipeline {rates['pipeline'][-1]:.1f} images/s, "
            f"onnxruntime {rates['onnxruntime'][-1]:.1f} images/s", flush=True)
    ratios = [a / b for a, b in zip(rates["pipeline"], rates["onnxruntime"])]
    print(f"pipeline     {statistics.median(rates['pipeline']):7.1f} images/s (median)")
    print(f"onnxruntime  {statistics.median(rates['onnxruntime']):7.1f} images/s (median)")
    print(
        f"ratio        {statistics.median(ratios):7.2f}   "
        f"({min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()
