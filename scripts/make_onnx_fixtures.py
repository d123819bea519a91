#!/usr/bin/env python3
"""Writes Tests/InterchangeTests/Fixtures: tiny networks as exporters write them, seeded.

    python3 -m venv .venv && .venv/bin/pip install torch onnx onnxruntime safetensors numpy
    .venv/bin/python scripts/make_onnx_fixtures.py

Each has a few thousand weights and shows one habit of an exporter. What ONNX Runtime says of two
random images is recorded beside it.
"""
import io
import pathlib

import numpy as np
import onnx
import onnx.helper as h
import onnx.numpy_helper
import torch
from torch import nn
from torch.nn import functional as F

from make_onnx_cases import run, write

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "Tests/InterchangeTests/Fixtures"
random = np.random.RandomState(11)


class Block(nn.Module):
    """Squeeze, excite and a residual, as in MobileNetV3."""

    def __init__(self, c):
        super().__init__()
        self.conv = nn.Conv2d(c, c, 3, padding=1, groups=c, bias=False)
        self.norm = nn.BatchNorm2d(c)
        self.squeeze = nn.Conv2d(c, 4, 1)
        self.excite = nn.Conv2d(4, c, 1)

    def forward(self, x):
        y = F.hardswish(self.norm(self.conv(x)))
        s = y.mean((2, 3), keepdim=True)
        return x + y * F.hardsigmoid(self.excite(F.relu(self.squeeze(s))))


class Mobile(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.block = Block(8)
        self.head = nn.Linear(8, 5)

    def forward(self, x):
        x = F.silu(self.stem(x))
        x = F.max_pool2d(self.block(x), 3, 2, ceil_mode=True)
        return self.head(x.mean((2, 3)))


class Shuffle(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2)
        self.branch = nn.Conv2d(4, 4, 1)
        self.head = nn.Linear(8 * 2 * 3, 5)

    def forward(self, x):
        x = F.relu6(self.stem(x))
        a, b = x.chunk(2, dim=1)
        x = torch.cat([a, F.leaky_relu(self.branch(b), 0.1)], dim=1)
        n, c, height, width = x.shape
        x = x.view(n, 2, c // 2, height, width).transpose(1, 2).reshape(n, c, height, width)
        x = F.avg_pool2d(x, 3, 2, padding=1, count_include_pad=True)[:, :, 1:, :3]
        return self.head(F.dropout(x.flatten(1), training=False))


class Transformer(nn.Module):
    """A vision transformer of one layer, two heads."""

    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, 8, 4, stride=4)
        self.token = nn.Parameter(torch.randn(1, 1, 8))
        self.place = nn.Parameter(torch.randn(1, 17, 8))
        self.norm1, self.norm2, self.norm = nn.LayerNorm(8), nn.LayerNorm(8), nn.LayerNorm(8)
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.up, self.down = nn.Linear(8, 16), nn.Linear(16, 8)
        self.head = nn.Linear(8, 5)

    def forward(self, x):
        n = x.shape[0]
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(n, -1, -1), x], dim=1) + self.place
        y = self.norm1(x)
        y, _ = self.attention(y, y, y, need_weights=False)
        x = x + y
        x = x + self.down(F.gelu(self.up(self.norm2(x))))
        return self.head(self.norm(x)[:, 0])


class Fused(Transformer):
    """The same with one matrix for queries, keys and values, as timm has it."""

    def __init__(self):
        super().__init__()
        self.all = nn.Linear(8, 24)
        self.out = nn.Linear(8, 8)

    def attend(self, x):
        n, tokens, d = x.shape
        q, k, v = self.all(x).reshape(n, tokens, 3, 2, d // 2).permute(2, 0, 3, 1, 4).unbind(0)
        scores = (q * (d // 2) ** -0.5) @ k.transpose(-2, -1)
        y = scores.softmax(dim=-1) @ v
        return self.out(y.transpose(1, 2).reshape(n, tokens, d))

    def forward(self, x):
        n = x.shape[0]
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(n, -1, -1), x], dim=1) + self.place
        x = x + self.attend(self.norm1(x))
        return self.head(self.norm(x).mean(1)).softmax(-1)


def torch_case(name, model, size, opset, batch=None):
    torch.manual_seed(5)
    model = model()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.3)
            module.running_var.uniform_(0.5, 1.5)
    model.eval()
    x = torch.randn(batch or 2, 3, size, size)
    free = {} if batch else {"dynamic_axes": {"x": {0: "n"}, "y": {0: "n"}}}
    file = io.BytesIO()
    torch.onnx.export(
        model, x, file, input_names=["x"], output_names=["y"], opset_version=opset,
        dynamo=False, **free)
    model = onnx.load_from_string(file.getvalue())
    write(FIXTURES / name, model, "y", x.numpy(), run(model, x.numpy()))


def weight(name, *shape, scale=None):
    scale = scale or (2 / max(np.prod(shape[1:]), 1)) ** 0.5
    values = (random.standard_normal(shape) * scale).astype(np.float32)
    return onnx.numpy_helper.from_array(values, name)


def graph_case(name, nodes, weights, x, opset=13, free=True):
    shape = (["n"] if free else [x.shape[0]]) + list(x.shape[1:])
    graph = h.make_graph(
        nodes, name, [h.make_tensor_value_info("x", onnx.TensorProto.FLOAT, shape)],
        [h.make_tensor_value_info("y", onnx.TensorProto.FLOAT, None)], weights)
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", opset)], ir_version=8)
    write(FIXTURES / name, model, "y", x, run(model, x))


def images(*shape):
    return random.standard_normal(shape).astype(np.float32)


def keras():
    """Channels last, transposes around convolutions, a shape computed by nodes, a softmax."""
    n = h.make_node
    nodes = [
        n("Transpose", ["x"], ["x1"], perm=[0, 3, 1, 2]),
        n("Conv", ["x1", "w1"], ["c1"], auto_pad="SAME_UPPER", strides=[2, 2]),
        n("Transpose", ["c1"], ["t1"], perm=[0, 2, 3, 1]),
        n("Add", ["t1", "b1"], ["a1"]),
        n("Relu", ["a1"], ["r1"]),
        n("Pad", ["r1", "pads"], ["p1"]),
        n("Transpose", ["p1"], ["t2"], perm=[0, 3, 1, 2]),
        n("MaxPool", ["t2"], ["m1"], kernel_shape=[2, 2], strides=[2, 2]),
        n("Transpose", ["m1"], ["t3"], perm=[0, 2, 3, 1]),
        n("Shape", ["t3"], ["s"]),
        n("Gather", ["s", "zero"], ["s0"]),
        n("Concat", ["s0", "rest"], ["target"], axis=0),
        n("Reshape", ["t3", "target"], ["f"]),
        n("MatMul", ["f", "w2"], ["l"]),
        n("Add", ["l", "b2"], ["z"]),
        n("Softmax", ["z"], ["y"], axis=-1),
    ]
    integers = lambda name, *v: onnx.numpy_helper.from_array(np.array(v, np.int64), name)
    graph_case("keras", nodes, [
        weight("w1", 6, 3, 3, 3), weight("b1", 6, scale=0.3),
        integers("pads", 0, 1, 0, 0, 0, 1, 0, 0), integers("zero", 0), integers("rest", -1),
        weight("w2", 6 * 3 * 2, 5), weight("b2", 5, scale=0.3)], images(2, 8, 9, 3))


def quantised():
    """8 bits as PyTorch writes them: pairs of steps around maps, weights stored in 8 bits."""
    n = h.make_node
    array = onnx.numpy_helper.from_array
    w1 = random.randint(-127, 128, (6, 3, 3, 3)).astype(np.int8)
    w2 = random.randint(-127, 128, (5, 6)).astype(np.int8)
    steps = random.uniform(0.002, 0.004, 6).astype(np.float32)
    nodes = [
        n("DequantizeLinear", ["w1", "s1", "z1"], ["w1f"], axis=0),
        n("Conv", ["x", "w1f", "b1"], ["c"], pads=[1, 1, 1, 1]),
        # Rounding is left off on import; steps as fine as these leave nothing to see of it.
        n("GlobalAveragePool", ["c"], ["g"]),
        n("Flatten", ["g"], ["f"]),
        n("DequantizeLinear", ["w2", "s2", "z2"], ["w2f"]),
        n("Gemm", ["f", "w2f", "b2"], ["y"], transB=1),
    ]
    graph_case("quantised", nodes, [
        array(w1, "w1"), array(steps, "s1"), array(np.zeros(6, np.int8), "z1"),
        weight("b1", 6, scale=0.3), array(w2, "w2"), array(np.float32(0.01), "s2"),
        array(np.int8(3), "z2"), weight("b2", 5, scale=0.3)], images(2, 3, 7, 7))


def spelled():
    """Activations spelled out by nodes, in the orders that exporters chose."""
    n = h.make_node
    number = lambda name, v: onnx.numpy_helper.from_array(np.array(v, np.float32), name)
    nodes = [
        n("Conv", ["x", "w"], ["c"]),
        n("Div", ["c", "root2"], ["g1"]), n("Erf", ["g1"], ["g2"]),
        n("Add", ["g2", "one"], ["g3"]), n("Mul", ["c", "g3"], ["g4"]),
        n("Mul", ["g4", "half"], ["g"]),
        n("Sigmoid", ["g"], ["s1"]), n("Mul", ["s1", "g"], ["s"]),
        n("Add", ["s", "three"], ["h1"]), n("Clip", ["h1", "nought", "six"], ["h2"]),
        n("Mul", ["s", "h2"], ["h3"]), n("Div", ["h3", "six"], ["h"]),
        n("Max", ["h", "nought"], ["m1"]), n("Min", ["m1", "six"], ["m"]),
        n("Conv", ["m", "v"], ["d"]),
        n("HardSigmoid", ["d"], ["e"], alpha=0.2, beta=0.5),
        n("Sub", ["one", "e"], ["q"]), n("Tanh", ["q"], ["t"]),
        n("ReduceMean", ["t"], ["y"], axes=[2, 3], keepdims=0),
    ]
    graph_case("spelled", nodes, [
        weight("w", 4, 3, 3, 3), weight("v", 5, 4, 1, 1), number("root2", 2 ** 0.5),
        number("one", 1), number("half", 0.5), number("three", 3), number("nought", 0),
        number("six", 6)], images(2, 3, 6, 6))


def response():
    """Caffe's first networks: a fixed batch, responses normalised, a shape with a number in it."""
    n = h.make_node
    nodes = [
        n("Conv", ["x", "w"], ["c"], strides=[2, 2]), n("Relu", ["c"], ["r"]),
        n("LRN", ["r"], ["l"], size=3, alpha=0.01, beta=0.75, bias=1.0),
        n("AveragePool", ["l"], ["p"], kernel_shape=[2, 2], strides=[2, 2]),
        n("Reshape", ["p", "target"], ["f"]),
        n("Gemm", ["f", "v", "b"], ["z"], transB=1), n("Softmax", ["z"], ["y"]),
    ]
    graph_case("response", nodes, [
        weight("w", 6, 3, 3, 3),
        onnx.numpy_helper.from_array(np.array([1, 24], np.int64), "target"),
        weight("v", 5, 24), weight("b", 5, scale=0.3)], images(1, 3, 10, 10), opset=9, free=False)


if __name__ == "__main__":
    torch_case("mobile", Mobile, 13, 17)
    torch_case("mobile-opset11", Mobile, 13, 11)
    torch_case("shuffle", Shuffle, 13, 17)
    torch_case("shuffle-fixed", Shuffle, 13, 13, batch=1)
    torch_case("transformer", Transformer, 16, 17)
    torch_case("transformer-fused", Fused, 16, 18)
    keras()
    quantised()
    spelled()
    response()
