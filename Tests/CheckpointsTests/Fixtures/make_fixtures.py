"""Writes the checkpoint files beside this script, with PyTorch and safetensors' own writer.

    pip install torch safetensors numpy
    python make_fixtures.py

expected.json tells what PyTorch reads from each file (row-major values, types and shapes). The
files named hostile_* call os.system; nothing here or in the tests executes them.
"""

import json
import os
from collections import OrderedDict
from pathlib import Path

import torch
from safetensors.torch import save_file

here = Path(__file__).parent


def numbers(*shape, dtype=torch.float32):
    count = int(torch.Size(shape).numel())
    return ((torch.arange(count) - 3) * 0.5).to(dtype).reshape(shape)


def save(value, name, legacy=False):
    torch.save(value, here / name, _use_new_zipfile_serialization=not legacy)


class Attack:
    def __reduce__(self):
        return (os.system, ("echo owned",))


shared = numbers(12)
views = OrderedDict(
    [
        ("whole", shared),
        ("head", shared[:4].reshape(2, 2)),
        ("tail", shared[6:]),
        ("every_other", shared[1::2]),
        ("transposed", numbers(2, 3).t()),
        ("channels_last", numbers(2, 3, 2, 2).contiguous(memory_format=torch.channels_last)),
        ("permuted_slice", numbers(3, 4, 5).permute(2, 0, 1)[1:4, :, ::2]),
        ("expanded", torch.tensor([1.5, -2.0]).reshape(2, 1).expand(2, 3)),
        ("scalar", torch.tensor(7)),
        ("empty", torch.zeros(0, 3)),
    ]
)
types = {
    "f64": numbers(3, dtype=torch.float64),
    "f32": numbers(3),
    "f16": torch.tensor([0.1, -65504.0, 6e-8, float("inf")], dtype=torch.float16),
    "bf16": torch.tensor([0.1, -3e38, 1e-40, 2.5], dtype=torch.bfloat16),
    "i64": torch.tensor([-(2**40), 7]),
    "i32": torch.tensor([-(2**31), 7], dtype=torch.int32),
    "i16": torch.tensor([-(2**15), 7], dtype=torch.int16),
    "i8": torch.tensor([-128, 7], dtype=torch.int8),
    "u8": torch.tensor([255, 7], dtype=torch.uint8),
    "bool": torch.tensor([True, False, True]),
    "parameter": torch.nn.Parameter(numbers(2, 2)),
}
network = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2))
torch.manual_seed(7)
for parameter in network.parameters():
    torch.nn.init.uniform_(parameter)
training = {
    "epoch": 3,
    "best": 0.75,
    "notes": ["a", None, (1, 2)],
    "optimizer": torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9).state_dict(),
    "state_dict": network.state_dict(),
}

save(views, "views_zip.pt")
save(views, "views_legacy.pth", legacy=True)
save(types, "types_zip.pt")
save(types, "types_legacy.pth", legacy=True)
save(training, "training_zip.pt")
save({"model": {"state_dict": network.state_dict()}}, "nested_legacy.pth", legacy=True)
save({"weight": numbers(2), "attack": Attack()}, "hostile_zip.pt")
save({"weight": numbers(2), "attack": Attack()}, "hostile_legacy.pth", legacy=True)
torch.jit.save(torch.jit.script(torch.nn.ReLU()), here / "torchscript.pt")
save_file(
    {name: tensor.detach().contiguous() for name, tensor in types.items()},
    here / "types.safetensors",
    metadata={"format": "pt"},
)
save_file({}, here / "nothing.safetensors")


def told(state):
    return {
        name: {
            "type": str(tensor.dtype).removeprefix("torch."),
            "shape": list(tensor.shape),
            # As text, since JSON has no infinity and readers differ in how they round.
            "values": [repr(v) for v in tensor.detach().double().flatten().tolist()],
        }
        for name, tensor in state.items()
    }


expected = {
    "views_zip.pt": told(views),
    "views_legacy.pth": told(views),
    "types_zip.pt": told(types),
    "types_legacy.pth": told(types),
    "types.safetensors": told(types),
    "training_zip.pt": told(network.state_dict()),
    "nested_legacy.pth": told(network.state_dict()),
}
(here / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
