#!/usr/bin/env python3
"""Records how torchvision and timm feed their published weights, and the pixels they make.

    python3 -m venv .venv && .venv/bin/pip install torch torchvision timm pillow numpy
    .venv/bin/python scripts/record_preprocessing.py .build/release/pipeline [FOLDER]

Asks the program which weights it knows, and each library for the preprocessing that it publishes
with them; FOLDER is one of reference photographs, of which a few are recorded too. Writes
Tests/ParityTests/Fixtures/preprocessing.json and, where they are not there, two photo-like pictures
beside it. The pixels are what the library's whole transform says, its normalisation undone.
"""
import hashlib
import json
import pathlib
import subprocess
import sys

import numpy as np
import PIL
import PIL.Image
import timm
import timm.data
import torchvision

FIXTURES = pathlib.Path(__file__).parent.parent / "Tests/ParityTests/Fixtures"


def picture(width, height, seed):
    """Soft shapes with edges, grain and colour, such as photographs have."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    image = np.zeros((height, width, 3))
    for _ in range(40):
        cx, cy, r = random.uniform(0, width), random.uniform(0, height), random.uniform(8, 90)
        inside = np.hypot(x - cx, y - cy) < r
        image[inside] = 0.4 * image[inside] + 0.6 * random.uniform(0, 255, 3)
    waves = 40 * np.sin(x / random.uniform(3, 30) + y / random.uniform(3, 30))
    image += waves[..., None] + random.normal(0, 4, image.shape)
    return PIL.Image.fromarray(np.clip(image, 0, 255).astype(np.uint8))


def torchvision_transform(url):
    """The transform of the weights at `url`, which the library names in one of its tables."""
    for name in torchvision.models.list_models(module=torchvision.models):
        for weights in torchvision.models.get_model_weights(name):
            if weights.url.rsplit("/", 1)[1] == url.rsplit("/", 1)[1]:
                preset = weights.transforms()
                return preset, dict(
                    resize=preset.resize_size[0], crop=preset.crop_size[0],
                    interpolation=preset.interpolation.value, mean=preset.mean, std=preset.std)
    return None, None


def timm_transform(name):
    """The transform of timm's own evaluation, at the resolution that its table of results names."""
    if name not in timm.list_pretrained():
        return None, None
    config = timm.models.get_pretrained_cfg(name)
    data = timm.data.resolve_data_config(pretrained_cfg=config.to_dict(), use_test_size=True)
    transform = timm.data.create_transform(**data)
    resize, crop = transform.transforms[:2]
    return transform, dict(
        resize=resize.size if isinstance(resize.size, int) else list(resize.size),
        crop=crop.size[0], interpolation=data["interpolation"],
        mean=list(data["mean"]), std=list(data["std"]))


def pixels(transform, facts, image):
    x = transform(image).numpy().astype(np.float64)
    mean, std = (np.array(facts[k]).reshape(3, 1, 1) for k in ("mean", "std"))
    exact = (x * std + mean) * 255
    rounded = np.rint(exact)
    assert np.abs(exact - rounded).max() < 0.01
    return rounded.astype(np.uint8).transpose(1, 2, 0).tobytes()


def main(program, folder=None):
    entries = json.loads(subprocess.check_output([program, "models", "list", "--json"]))
    for name, size, seed in [("wide.jpg", (640, 427), 1), ("tall.jpg", (375, 500), 2)]:
        if not (FIXTURES / name).exists():
            picture(*size, seed).save(FIXTURES / name, quality=80)
    photos = {name: FIXTURES / name for name in ("wide.jpg", "tall.jpg")}
    for file in sorted(pathlib.Path(folder).iterdir())[::80] if folder else []:
        photos[file.name] = file
    images = {name: PIL.Image.open(file).convert("RGB") for name, file in photos.items()}
    rows, known = [], {}
    for entry in entries:
        url = entry["weights"].get("url")
        if not url:
            continue
        transform, facts = (
            torchvision_transform(url) if "download.pytorch.org" in url
            else timm_transform(entry["name"]))
        if facts is None:
            print(f"{entry['name']}: neither library publishes its preprocessing", file=sys.stderr)
            continue
        key = json.dumps(facts)
        if key not in known:
            known[key] = {
                name: hashlib.sha256(pixels(transform, facts, image)).hexdigest()
                for name, image in images.items()}
        rows.append(dict(name=entry["name"], **facts, sha256=known[key]))
    record = dict(
        torchvision=torchvision.__version__, timm=timm.__version__, pillow=PIL.__version__,
        weights=rows)
    (FIXTURES / "preprocessing.json").write_text(json.dumps(record, indent=1) + "\n")
    print(f"{len(rows)} of {len(entries)} weights, {len(known)} ways, {len(images)} photos")


if __name__ == "__main__":
    main(*sys.argv[1:])
