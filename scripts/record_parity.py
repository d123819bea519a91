#!/usr/bin/env python3
"""Records the logits of seeded networks for the parity suite that needs no weight files.

    python3 -m venv .venv && .venv/bin/pip install torch torchvision timm pretrainedmodels \
        efficientnet-lite-pytorch safetensors
    .venv/bin/python scripts/record_parity.py Tests/ParityTests/Fixtures/seeded.safetensors

Weights and image follow from the tensors' names, here as in Tests/ParityTests/SeededNumbers.swift,
so that logits are all there is to keep. Reference arithmetic is float64, rounded to float32 at the
end. Nothing is downloaded.
"""
import sys
import warnings

import numpy as np
import timm
import torch
import torchvision
from safetensors.torch import save_file

CASES = """
torchvision/alexnet/96 torchvision/googlenet/64 torchvision/inception_v3/107
torchvision/resnet18/64 torchvision/resnext50_32x4d/64 timm/resnet26d/65
timm/legacy_xception/97 timm/mobilenetv1_100/64 torchvision/mobilenet_v2/65
timm/mobilenetv2_110d/64 torchvision/mobilenet_v3_small/64 timm/tf_mobilenetv3_large_075/70
torchvision/efficientnet_b0/64 torchvision/efficientnet_b5/64 timm/tf_efficientnet_b1/75
timm/tf_efficientnet_lite0/75 efficientnet-lite-pytorch/efficientnet_lite1/240
timm/semnasnet_075/64 timm/mnasnet_small/64 torchvision/mnasnet0_5/64
pretrainedmodels/NASNetAMobile/96 torchvision/densenet121/64 torchvision/squeezenet1_0/64
torchvision/squeezenet1_1/70 timm/vit_tiny_patch16_224/224
""".split()
MASK = (1 << 64) - 1


def units(name, count):
    state = 0xCBF29CE484222325
    for byte in name.encode():
        state = ((state ^ byte) * 0x100000001B3) & MASK
    with np.errstate(over="ignore"):
        steps = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = steps + np.uint64(state)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((z ^ (z >> np.uint64(31))) >> np.uint64(40)).astype(np.float64) / (1 << 24)


def values(name, shape):
    u = units(name, int(np.prod(shape)))
    if name.endswith("running_var"):
        v = 0.6 + u
    elif len(shape) > 1:
        v = (2 * u - 1) * np.sqrt(6 / np.prod(shape[1:]))
    elif name.endswith("weight"):
        v = 0.6 + 0.6 * u
    else:
        v = (2 * u - 1) * 0.1
    return torch.from_numpy(v.astype(np.float32).reshape(shape))


def build(library, name):
    if library == "torchvision":
        quick = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
        return getattr(torchvision.models, name)(weights=None, **quick)
    if library == "timm":
        return timm.create_model(name)
    if library == "pretrainedmodels":
        from pretrainedmodels.models.nasnet_mobile import NASNetAMobile
        model = NASNetAMobile(num_classes=1000)
        model.avg_pool = torch.nn.AdaptiveAvgPool2d(1)  # the same at 224, and smaller maps pass
        return model
    from efficientnet_lite_pytorch import EfficientNet
    return EfficientNet.from_name(name.replace("_", "-"))


def main(place):
    warnings.filterwarnings("ignore")
    recorded = {}
    for case in CASES:
        library, name, size = case.split("/")
        model = build(library, name).eval()
        with torch.no_grad():
            for key, tensor in model.state_dict().items():
                if tensor.is_floating_point():
                    tensor.copy_(values(key, tuple(tensor.shape)))
            x = (4 * units("input", 3 * int(size) ** 2) - 2).astype(np.float32)
            x = torch.from_numpy(x.reshape(1, 3, int(size), int(size)))
            logits = model.double()(x.double())[0].float().contiguous()
        recorded[case] = logits
        print(f"{case}: standard deviation {logits.std():.3g}, label {logits.argmax()}")
    save_file(recorded, place)


if __name__ == "__main__":
    main(sys.argv[1])
