#!/usr/bin/env python3
"""Runs networks in `pipeline bench` and in the peers' engines in turn, and prints rates and ratios.

    engines.py CASE... [--peers onnxruntime openvino] [--precisions f32 bf16 int8]
                       [--rounds 5] [--seconds 2] [--json FILE]

A case is a folder with case.json, model.safetensors and model.onnx of one network. Every engine has
one stream a core and one thread a stream, and classifies random images eight at a time; a round is
one run of each, and a figure the median of the rounds. OpenVINO's int8 is quantised by nncf on random
images, as ours is: this measures speed, not labels.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import threading
import time

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("PIPELINE", str(ROOT / ".build/release/pipeline"))
BATCH = 8
CORES = len(os.sched_getaffinity(0))


def rate(calls, seconds):
    """Images a second of all streams together; a call classifies a batch."""
    done, stop = [0] * len(calls), threading.Event()

    def work(stream):
        while not stop.is_set():
            calls[stream]()
            done[stream] += 1

    threads = [threading.Thread(target=work, args=(s,)) for s in range(len(calls))]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    stop.set()
    for thread in threads:
        thread.join()
    return sum(done) * BATCH / (time.perf_counter() - begin)


def onnxruntime_streams(model, images):
    import onnxruntime

    streams = []
    for _ in range(CORES):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(
            str(model), options, providers=["CPUExecutionProvider"])
        name = session.get_inputs()[0].name
        streams.append(lambda session=session, name=name: session.run(None, {name: images}))
    return streams


def openvino_streams(model, images, precision):
    import openvino

    core = openvino.Core()
    network = core.read_model(model)
    settings = {
        "NUM_STREAMS": CORES, "INFERENCE_NUM_THREADS": CORES, "PERFORMANCE_HINT": "THROUGHPUT"}
    if precision == "int8":
        import nncf

        samples = nncf.Dataset([images[i:i + 1] for i in range(BATCH)])
        network = nncf.quantize(network, samples, subset_size=BATCH)
    else:
        settings["INFERENCE_PRECISION_HINT"] = precision
    network.reshape(list(images.shape))
    compiled = core.compile_model(network, "CPU", settings)
    requests = [compiled.create_infer_request() for _ in range(CORES)]
    return [lambda request=request: request.infer({0: images}) for request in requests]


def ours(case, precision, seconds):
    answer = subprocess.run(
        [PROGRAM, "bench", "--cases", case, "--precision", precision, "--seconds", str(seconds),
         "--repeats", "1", "--batch", str(BATCH), "--json"],
        check=True, capture_output=True, text=True)
    return json.loads(answer.stdout.splitlines()[-1])["figures"]["imagesPerSecond"]


def measure(case, arguments):
    size = json.loads((case / "case.json").read_text())["size"]
    images = np.random.default_rng(0).standard_normal((BATCH, 3, size, size), np.float32)
    peers = {}
    if "onnxruntime" in arguments.peers and "f32" in arguments.precisions:
        peers["onnxruntime f32"] = onnxruntime_streams(case / "model.onnx", images)
    if "openvino" in arguments.peers:
        for precision in arguments.precisions:
            peers[f"openvino {precision}"] = openvino_streams(
                case / "model.onnx", images, precision)
    for streams in peers.values():
        for call in streams:
            call()
    rates = {name: [] for name in peers} | {f"pipeline {p}": [] for p in arguments.precisions}
    for _ in range(arguments.rounds):
        for precision in arguments.precisions:
            rates[f"pipeline {precision}"].append(ours(case, precision, arguments.seconds))
        for name, streams in peers.items():
            rates[name].append(rate(streams, arguments.seconds))
    return rates


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="+", type=pathlib.Path)
    parser.add_argument("--peers", nargs="+", default=["onnxruntime", "openvino"])
    parser.add_argument("--precisions", nargs="+", default=["f32", "bf16", "int8"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    print(f"{'network':22} {'engine':17} {'images/s':>9}  pipeline's ratio (each round's)")
    lines = []
    for case in arguments.cases:
        rates = measure(case, arguments)
        for name, values in rates.items():
            precision = name.split()[1]
            ratios = [a / b for a, b in zip(rates[f"pipeline {precision}"], values)]
            line = {
                "network": case.name, "engine": name, "imagesPerSecond": statistics.median(values),
                "ratio": statistics.median(ratios), "ratios": ratios}
            lines.append(line)
            words = "" if name.startswith("pipeline") else (
                f"{line['ratio']:.2f}  ({min(ratios):.2f} to {max(ratios):.2f})")
            print(f"{case.name:22} {name:17} {line['imagesPerSecond']:9.1f}  {words}", flush=True)
    if arguments.json:
        arguments.json.write_text("".join(json.dumps(line) + "\n" for line in lines))


if __name__ == "__main__":
    main()
