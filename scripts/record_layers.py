#!/usr/bin/env python3
"""Records what PyTorch computes of one small map for every operation of a network.

    python3 -m venv .venv && .venv/bin/pip install torch safetensors
    .venv/bin/python scripts/record_layers.py Tests/InferenceTests/Fixtures/layers.safetensors

The file holds `x`, `[6, 5, 7]`, `y`, `[6]`, the layers' parameters, and a result a case. The
cases are written a second time, in this project's own words, in Tests/InferenceTests/ReferenceTests.
Arithmetic is float64, rounded to float32 at the end.
"""
import sys

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

torch.manual_seed(1)
double = torch.float64


def numbers(*shape):
    return torch.randn(*shape).to(double)


x = 2 * numbers(6, 5, 7)
y = numbers(6)
p = {
    "conv.weight": numbers(4, 3, 3, 2), "conv.bias": numbers(4),
    "depthwise.weight": numbers(6, 1, 3, 3),
    "linear.weight": numbers(3, 210), "linear.bias": numbers(3),
    "pointwise.weight": numbers(4, 6), "pointwise.bias": numbers(4),
    "norm.weight": numbers(6), "norm.bias": numbers(6), "norm.running_mean": numbers(6),
    "norm.running_var": numbers(6).abs() + 0.1,
    "class_token": numbers(1, 1, 6), "position": numbers(1, 36, 6),
}
n = x[None]


def attention(heads):
    q, k, v = (t.reshape(heads, 2 // heads, 35).transpose(1, 2) for t in x.reshape(3, 2, 35))
    return F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(2, 1, 35)


def norm_by_channels(t):
    t = F.layer_norm(t.movedim(0, -1), (6,), p["norm.weight"], p["norm.bias"], 1e-2)
    return t.movedim(-1, 0)


tokens = torch.cat([p["class_token"][0], x.reshape(6, 35).T]) + p["position"][0]
cases = {
    # Kernel 3×2, stride 2×1, dilation 1×2, two groups; zeros above 1, before 2, below 0, after 1.
    "convolution": F.conv2d(
        F.pad(n, (2, 1, 1, 0)), p["conv.weight"], p["conv.bias"], (2, 1), 0, (1, 2), 2)[0],
    "depthwise": F.conv2d(n, p["depthwise.weight"], None, 1, 1, 1, 6)[0],
    "linear": F.linear(x.flatten(), p["linear.weight"], p["linear.bias"]),
    "pointwiseLinear": torch.einsum("oc,chw->ohw", p["pointwise.weight"], x)
    + p["pointwise.bias"][:, None, None],
    "batchNorm": F.batch_norm(
        n, p["norm.running_mean"], p["norm.running_var"], p["norm.weight"], p["norm.bias"],
        False, 0, 1e-2)[0],
    "scaleShift": x * p["norm.weight"][:, None, None] + p["norm.bias"][:, None, None],
    "layerNorm": norm_by_channels(x),
    "softmax": x.softmax(0),
    "relu": F.relu(x), "relu6": F.relu6(3 * x), "silu": F.silu(x), "sigmoid": x.sigmoid(),
    "hardSwish": F.hardswish(x), "hardSigmoid": F.hardsigmoid(x), "gelu": F.gelu(x),
    "tanh": x.tanh(), "leakyRelu": F.leaky_relu(x, 0.1), "clamp": x.clamp(-1, 0.5),
    "add": x + y[:, None, None], "multiply": x * y[:, None, None],
    "maxPool": F.max_pool2d(n, 3, 2, 1)[0],
    "maxPoolRoundedUp": F.max_pool2d(n, 2, 2, 0, 1, True)[0],
    # A last window that would begin in the padding is left out.
    "maxPoolLeftOut": F.max_pool2d(n, 2, 3, 1, 1, True)[0],
    "averagePool": F.avg_pool2d(n, 3, 2, 1)[0],
    "averagePoolInside": F.avg_pool2d(n, 3, 2, 1, False, False)[0],
    "averagePoolRoundedUp": F.avg_pool2d(n, 3, 2, 1, True)[0],
    "averagePoolRoundedUpInside": F.avg_pool2d(n, 2, 2, 0, True, False)[0],
    # As timm pads for TensorFlow's SAME where the stride is 2: zeros that count.
    "averagePoolSame": F.avg_pool2d(F.pad(n, (0, 1, 0, 1)), 2, 2)[0],
    "globalAveragePool": x.mean((1, 2)),
    "adaptiveAveragePool": F.adaptive_avg_pool2d(n, (2, 3))[0],
    "concatenate": torch.cat([x, F.relu(x), x]),
    "slice": x[1:4, 2:5, 3:5],
    "pad": F.pad(n, (3, 0, 1, 2), value=0.5)[0],
    "shuffle": F.channel_shuffle(n, 2)[0],
    "tokens": tokens.T[:, None],
    "attention": attention(1), "attentionByHeads": attention(2),
}


def main(place):
    everything = {"x": x, "y": y, **p, **{f"case.{k}": v for k, v in cases.items()}}
    save_file({k: v.float().contiguous() for k, v in everything.items()}, place)


if __name__ == "__main__":
    main(sys.argv[1])
