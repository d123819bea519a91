#!/usr/bin/env python3
"""Draws the pictures beside this script and records what Pillow and torchvision make of them.

Recorded with Pillow 13.0.0 (libjpeg-turbo 3.2.0, libwebp 1.6.0) and torchvision 0.29.2:

    python3 make_fixtures.py

golden.json then holds, per file, the pixels of `Image.open(f).convert("RGB")` and, where EXIF data
turn them, of `ImageOps.exif_transpose` before that; and the pixels of `Resize` and `CenterCrop`.
"""
import base64
import io
import json
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image, ImageOps
from torchvision.transforms import CenterCrop, InterpolationMode, Resize

here = pathlib.Path(__file__).parent
noise = np.random.default_rng(7)


def scene(width, height, channels=3):
    """Waves of several lengths and some noise, so that every row, column and channel differs."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    planes = [
        127 + 90 * np.sin(x / (3 + c) + y / (7 - c) + c) + 40 * np.cos(x * y / (40 + 9 * c))
        for c in range(channels)
    ]
    pixels = np.stack(planes, -1) + noise.normal(0, 6, (height, width, channels))
    return pixels.clip(0, 255).astype(np.uint8)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed(samples, depth):
    """One row of samples, most significant bits first."""
    if depth == 16:
        return samples.astype(">u2").tobytes()
    if depth == 8:
        return samples.astype(np.uint8).tobytes()
    bits = (samples.reshape(-1, 1) >> np.arange(depth - 1, -1, -1)) & 1
    return np.packbits(bits.astype(np.uint8).reshape(-1)).tobytes()


def filtered(rows, step):
    """Each row by another of PNG's five filters."""
    out, above = b"", bytes(len(rows[0])) if rows else b""
    for number, row in enumerate(rows):
        kind = number % 5
        line = bytearray()
        for i, value in enumerate(row):
            a = row[i - step] if i >= step else 0
            b = above[i]
            c = above[i - step] if i >= step else 0
            p = a + b - c
            nearest = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            line.append((value - [0, a, b, (a + b) // 2, nearest][kind]) & 255)
        out += bytes([kind]) + bytes(line)
        above = row
    return out


def png(samples, kind, depth, interlaced=False, extra=b"", after=b""):
    height, width, channels = samples.shape
    step = max(1, channels * depth // 8)
    passes = [(0, 0, 1, 1)]
    if interlaced:
        passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4),
                  (1, 0, 2, 2), (0, 1, 1, 2)]
    data = b""
    for left, top, right, down in passes:
        part = samples[top::down, left::right]
        if part.size:
            data += filtered([packed(row.reshape(-1), depth) for row in part], step)
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, int(interlaced))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra
            + chunk(b"IDAT", zlib.compress(data, 9)) + after + chunk(b"IEND", b""))


def exif(orientation, order="<", kind=3):
    start = b"II*\0" if order == "<" else b"MM\0*"
    value = struct.pack(order + ("H" if kind == 3 else "I"), orientation).ljust(4, b"\0")
    entries = struct.pack(order + "HHI4s", 0x0103, 3, 1, b"\0\0\0\0")
    entries += struct.pack(order + "HHI", 0x0112, kind, 1) + value
    return start + struct.pack(order + "IH", 8, 2) + entries + bytes(4)


def encoded(pixels, form, **options):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, form, **options)
    return file.getvalue()


def riff(*chunks):
    body = b"".join(k + struct.pack("<I", len(d)) + d + b"\0" * (len(d) % 2) for k, d in chunks)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def uint24(value):
    return struct.pack("<I", value)[:3]


def jpegs():
    rgb = scene(19, 13)
    for name, sampling in [("444", 0), ("422", 1), ("420", 2)]:
        yield f"rgb{name}.jpg", encoded(rgb, "JPEG", quality=88, subsampling=sampling)
    yield "progressive.jpg", encoded(rgb, "JPEG", quality=80, progressive=True)
    yield "restarts.jpg", encoded(rgb, "JPEG", quality=70, restart_marker_blocks=2)
    yield "adobe-rgb.jpg", encoded(rgb, "JPEG", quality=80, keep_rgb=True)
    yield "grey.jpg", encoded(scene(19, 13, 1)[..., 0], "JPEG", quality=85)
    inks = io.BytesIO()
    Image.fromarray(scene(19, 13, 4), "CMYK").save(inks, "JPEG", quality=85)
    cmyk = inks.getvalue()
    yield "cmyk.jpg", cmyk
    adobe = cmyk.index(b"Adobe") + 11
    yield "ycck.jpg", cmyk[:adobe] + b"\2" + cmyk[adobe + 1:]
    whole = encoded(scene(33, 25), "JPEG", quality=90)
    yield "no-end-marker-progressive.jpg", encoded(rgb, "JPEG", progressive=True) + b"trailing"
    scan = whole.index(b"\xff\xda") + 14
    yield "damaged.jpg", whole[:scan + 300] + bytes([0xFF, 0xD3]) + whole[scan + 302:]
    for orientation in range(1, 9):
        order, kind = "<>"[orientation % 2], 3 if orientation < 7 else 4
        data = b"Exif\0\0" + exif(orientation, order, kind)
        yield f"turned{orientation}.jpg", encoded(scene(9, 6), "JPEG", exif=data)


def pngs():
    grey = scene(19, 13, 1).astype(int)
    rgb, rgba = scene(19, 13), scene(19, 13, 4)
    deep = (scene(19, 13, 4).astype(int) << 8) + scene(19, 13, 4)
    for depth in (1, 2, 4):
        yield f"grey{depth}.png", png(grey >> (8 - depth), 0, depth)
    yield "grey8.png", png(grey, 0, 8)
    shades = (grey * 3).clip(0, 700)
    yield "grey16.png", png(shades, 0, 16)
    yield "grey8-key.png", png(grey, 0, 8, extra=chunk(b"tRNS", b"\0\x80"))
    yield "rgb8.png", png(rgb, 2, 8)
    yield "rgb8-key.png", png(rgb, 2, 8, extra=chunk(b"tRNS", b"\0\1\0\2\0\3"))
    yield "rgb16.png", png(deep[..., :3], 2, 16)
    yield "grey-alpha8.png", png(rgba[..., :2], 4, 8)
    yield "grey-alpha16.png", png(deep[..., :2], 4, 16)
    yield "rgba8.png", png(rgba, 6, 8)
    yield "rgba16.png", png(deep, 6, 16)
    for depth in (1, 2, 4, 8):
        colours = scene(min(1 << depth, 64), 1).reshape(-1)
        palette = chunk(b"PLTE", colours.tobytes())
        indices = (grey >> (8 - depth)) % (len(colours) // 3)
        yield f"palette{depth}.png", png(indices, 3, depth, extra=palette)
    alpha = chunk(b"tRNS", bytes([0, 128, 255]))
    yield "palette8-alpha.png", png(indices, 3, 8, extra=palette + alpha)
    short = chunk(b"PLTE", colours[:30].tobytes())
    yield "palette8-short.png", png(indices, 3, 8, extra=short)
    yield "interlaced-grey1.png", png(grey >> 7, 0, 1, True)
    yield "interlaced-grey4.png", png(grey >> 4, 0, 4, True)
    yield "interlaced-grey16.png", png(shades, 0, 16, True)
    yield "interlaced-palette2.png", png(
        grey >> 6, 3, 2, True, extra=chunk(b"PLTE", colours[:12].tobytes()))
    yield "interlaced-rgb8.png", png(rgb, 2, 8, True)
    yield "interlaced-rgba16.png", png(deep, 6, 16, True)
    notes = (chunk(b"gAMA", struct.pack(">I", 45455)) + chunk(b"tEXt", b"Title\0a note")
             + chunk(b"gAMA", struct.pack(">I", 100000)) + chunk(b"prVt", b"private"))
    yield "notes.png", png(rgb, 2, 8, extra=notes)
    yield "turned.png", png(rgb[:7], 2, 8, extra=chunk(b"eXIf", exif(6)))
    yield "turned-after.png", png(rgb[:7], 2, 8, after=chunk(b"eXIf", exif(8, ">")))
    frames = [Image.fromarray(scene(15, 11)) for _ in range(3)]
    file = io.BytesIO()
    frames[0].save(file, "PNG", save_all=True, append_images=frames[1:])
    yield "animated.png", file.getvalue()


def webps():
    rgb, rgba = scene(19, 13), scene(19, 13, 4)
    yield "lossy.webp", encoded(rgb, "WEBP", quality=80)
    yield "lossless.webp", encoded(rgb, "WEBP", lossless=True)
    yield "lossy-alpha.webp", encoded(rgba, "WEBP", quality=80)
    yield "lossless-alpha.webp", encoded(rgba, "WEBP", lossless=True, exact=True)
    yield "turned.webp", encoded(rgb[:7], "WEBP", quality=80, exif=b"Exif\0\0" + exif(5))
    frames = [Image.fromarray(scene(15, 11)) for _ in range(3)]
    file = io.BytesIO()
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    yield "animated.webp", file.getvalue()
    still = encoded(scene(9, 5), "WEBP", lossless=True)
    frame = uint24(2) + uint24(1) + uint24(8) + uint24(4) + uint24(100) + b"\0" + still[12:]
    canvas = struct.pack("<I", 2) + uint24(18) + uint24(12)
    yield "offset-frame.webp", riff((b"VP8X", canvas), (b"ANIM", bytes(6)), (b"ANMF", frame))


def bombs():
    """Headers that promise far more than any file of their size can hold."""
    picture = png(np.zeros((1, 1, 3), int), 2, 8)
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0))
    yield "bomb.png", picture[:8] + header + picture[33:]
    still = encoded(scene(9, 5), "WEBP", lossless=True)
    frame = uint24(0) + uint24(0) + uint24(8) + uint24(4) + uint24(100) + b"\0" + still[12:]
    canvas = struct.pack("<I", 2) + uint24(16383) + uint24(16383)
    yield "bomb.webp", riff((b"VP8X", canvas), (b"ANIM", bytes(6)), (b"ANMF", frame))


def sources():
    for width, height in [(61, 47), (47, 61), (20, 20), (5, 3), (1, 1), (130, 2), (2, 90), (33, 7)]:
        yield f"source{width}x{height}.png", encoded(scene(width, height), "PNG", optimize=True)


# File, resize, crop: smaller, larger, kept size, borders, odd and even differences.
crops = [
    ("source61x47.png", 32, 24), ("source61x47.png", 33, 24), ("source61x47.png", 35, 24),
    ("source61x47.png", 47, 20), ("source61x47.png", 90, 21), ("source61x47.png", 12, 12),
    ("source61x47.png", 20, 23), ("source61x47.png", 20, 28), ("source47x61.png", 37, 22),
    ("source47x61.png", 16, 19), ("source20x20.png", 20, 20), ("source20x20.png", 7, 5),
    ("source20x20.png", 41, 17), ("source5x3.png", 20, 16), ("source5x3.png", 2, 4),
    ("source1x1.png", 9, 5), ("source130x2.png", 5, 12), ("source130x2.png", 1, 9),
    ("source2x90.png", 6, 11), ("source2x90.png", 1, 3), ("source33x7.png", 7, 7),
    ("source33x7.png", 4, 8),
]


def text(image):
    return base64.b64encode(image.tobytes()).decode()


def main():
    for old in here.iterdir():
        if old.suffix in {".jpg", ".png", ".webp"}:
            old.unlink()
    decoded, cropped = [], []
    for group in (jpegs, pngs, webps):
        for name, data in group():
            (here / name).write_bytes(data)
            image = Image.open(here / name)
            rgb = image.convert("RGB")
            row = {"file": name, "width": rgb.width, "height": rgb.height, "pixels": text(rgb)}
            upright = ImageOps.exif_transpose(Image.open(here / name)).convert("RGB")
            if upright.tobytes() != rgb.tobytes():
                row["upright"] = {
                    "width": upright.width, "height": upright.height, "pixels": text(upright)}
            decoded.append(row)
    for group in (sources, bombs):
        for name, data in group():
            (here / name).write_bytes(data)
    for name, resize, crop in crops:
        image = Image.open(here / name).convert("RGB")
        for mode in (InterpolationMode.BILINEAR, InterpolationMode.BICUBIC):
            pixels = CenterCrop(crop)(Resize(resize, mode)(image))
            cropped.append({"file": name, "resize": resize, "crop": crop,
                            "interpolation": mode.value, "pixels": text(pixels)})
    lines = lambda rows: "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]"
    (here / "golden.json").write_text(
        '{"decoded": ' + lines(decoded) + ',\n"crops": ' + lines(cropped) + "}\n")


if __name__ == "__main__":
    main()
