#!/usr/bin/env python3
"""Records what torchvision, timm and others call the parameters of the networks that Models/ has.

    python3 -m venv .venv && .venv/bin/pip install torch torchvision timm pretrainedmodels \
        efficientnet-lite-pytorch
    .venv/bin/python scripts/record_architectures.py > Tests/ModelsTests/Fixtures/architectures.tsv

A line is: library, name, side of the input, parameters, multiply-adds, and the SHA-256 of the sorted
lines "name extent extent ..." of every tensor but the counters of BatchNorm and the auxiliary
heads, which serve training alone. Nothing is downloaded. Multiply-adds are those of convolutions,
matrix products and attention, as torch.utils.flop_counter counts them.
"""
import hashlib
import re
import sys
import warnings

import timm
import torch
import torchvision
from torch.utils.flop_counter import FlopCounterMode

TORCHVISION = """
alexnet vgg11 vgg11_bn vgg13 vgg13_bn vgg16 vgg16_bn vgg19 vgg19_bn googlenet inception_v3
resnet18 resnet34 resnet50 resnet101 resnet152 resnext50_32x4d resnext101_32x8d resnext101_64x4d
wide_resnet50_2 wide_resnet101_2 mobilenet_v2 mobilenet_v3_large mobilenet_v3_small
efficientnet_b0 efficientnet_b1 efficientnet_b2 efficientnet_b3 efficientnet_b4 efficientnet_b5
efficientnet_b6 efficientnet_b7 mnasnet0_5 mnasnet0_75 mnasnet1_0 mnasnet1_3
densenet121 densenet161 densenet169 densenet201 squeezenet1_0 squeezenet1_1
vit_b_16 vit_b_32 vit_l_16 vit_l_32 vit_h_14
""".split()
TIMM = """
vgg11 vgg11_bn vgg13 vgg13_bn vgg16 vgg16_bn vgg19 vgg19_bn inception_v3 legacy_xception
resnet18 resnet26 resnet34 resnet50 resnet101 resnet152 resnet200
resnet18d resnet26d resnet34d resnet50d resnet101d resnet152d resnext50d_32x4d
resnext50_32x4d resnext101_32x4d resnext101_32x8d resnext101_32x16d resnext101_64x4d
wide_resnet50_2 wide_resnet101_2 mobilenetv1_100 mobilenetv1_100h mobilenetv1_125
mobilenetv2_035 mobilenetv2_050 mobilenetv2_075 mobilenetv2_100 mobilenetv2_110d mobilenetv2_120d
mobilenetv2_140 mobilenetv3_large_075 mobilenetv3_large_100 mobilenetv3_small_050
mobilenetv3_small_075 mobilenetv3_small_100 tf_mobilenetv3_large_075 tf_mobilenetv3_large_100
tf_mobilenetv3_large_minimal_100 tf_mobilenetv3_small_075 tf_mobilenetv3_small_100
tf_mobilenetv3_small_minimal_100
efficientnet_b0 efficientnet_b1 efficientnet_b2 efficientnet_b3 efficientnet_b4 efficientnet_b5
efficientnet_b6 efficientnet_b7 efficientnet_b8 tf_efficientnet_b0 tf_efficientnet_b1
tf_efficientnet_b2 tf_efficientnet_b3 tf_efficientnet_b4 tf_efficientnet_b5 tf_efficientnet_b6
tf_efficientnet_b7 tf_efficientnet_b8 efficientnet_lite0 efficientnet_lite1 efficientnet_lite2
efficientnet_lite3 efficientnet_lite4 tf_efficientnet_lite0 tf_efficientnet_lite1
tf_efficientnet_lite2 tf_efficientnet_lite3 tf_efficientnet_lite4
mnasnet_050 mnasnet_075 mnasnet_100 mnasnet_140 mnasnet_small
semnasnet_050 semnasnet_075 semnasnet_100 semnasnet_140 nasnetalarge
densenet121 densenet161 densenet169 densenet201
vit_tiny_patch16_224 vit_small_patch16_224 vit_small_patch32_224 vit_base_patch16_224
vit_base_patch32_224 vit_base_patch16_384 vit_large_patch16_224
""".split()
AUXILIARY = re.compile(r"^(aux1|aux2|AuxLogits)\.")
COUNTER = re.compile(r"(^|\.)num_batches_tracked$")
STATISTIC = re.compile(r"(^|\.)running_(mean|var)$")


def record(library, name, size, model):
    model = model.eval()
    tensors = {
        key: tuple(value.shape) for key, value in model.state_dict().items()
        if not AUXILIARY.match(key) and not COUNTER.search(key)}
    parameters = sum(
        torch.Size(shape).numel() for key, shape in tensors.items() if not STATISTIC.search(key))
    lines = sorted(" ".join([key, *map(str, shape)]) for key, shape in tensors.items())
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        model(torch.zeros(1, 3, size, size, device="meta"))
    print(library, name, size, parameters, counter.get_total_flops() // 2, digest, sep="\t")
    sys.stdout.flush()


def main():
    warnings.filterwarnings("ignore")
    torch.set_default_device("meta")
    for name in TORCHVISION:
        aux = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
        weights = torchvision.models.get_model_weights(name).DEFAULT
        # The largest has no weights of its designed size.
        size = 224 if name == "vit_h_14" else weights.transforms().crop_size[0]
        record("torchvision", name, size, getattr(torchvision.models, name)(weights=None, **aux))
    for name in TIMM:
        size = timm.get_pretrained_cfg(name).input_size[1]
        # timm fuses attention by default, which the counter does not see through on this device.
        record("timm", name, size, timm.create_model(name))
    from pretrainedmodels.models.nasnet_mobile import NASNetAMobile
    record("pretrainedmodels", "NASNetAMobile", 224, NASNetAMobile(num_classes=1000))
    from efficientnet_lite_pytorch import EfficientNet
    for number, size in enumerate((224, 240, 260, 280, 300)):
        record(
            "efficientnet-lite-pytorch", f"efficientnet_lite{number}", size,
            EfficientNet.from_name(f"efficientnet-lite{number}"))


if __name__ == "__main__":
    main()
