#!/usr/bin/env python3
"""Draws the canary that every shard carries, as the text in Sources/Labelling/Worker/CanaryImage.swift.

    python3 scripts/draw-canary.py            # prints the PNG file in Base64
    python3 scripts/draw-canary.py bird.png   # writes the file, to be looked at

The picture is the same on every machine: all arithmetic is in whole numbers. Another zlib may write
other bytes of it, which decode to the same pixels.
"""

import base64
import struct
import sys
import textwrap
import zlib

SIDE = 64
# Points for each pixel's edge, so that outlines are smooth.
FINE = 4

SKY, LEAF, BARK = (96, 160, 208), (72, 128, 64), (104, 72, 48)
BODY, WING, BREAST = (248, 208, 32), (208, 152, 24), (255, 232, 120)
BEAK, EYE, GLINT = (232, 112, 32), (16, 16, 24), (255, 255, 255)


def inside(x, y, centre, radii, lean=0):
    """Whether a point lies in an ellipse; `lean` shears it, in 64ths. All in quarters of a pixel."""
    dx, dy = x - centre[0] * FINE, y - centre[1] * FINE
    dx += dy * lean // 64
    a, b = radii[0] * FINE, radii[1] * FINE
    return dx * dx * b * b + dy * dy * a * a <= a * a * b * b


def colour(x, y):
    """The colour at a point, which is in quarters of a pixel from the upper left corner."""
    if inside(x, y, (45, 19), (1, 1)):
        return GLINT
    if inside(x, y, (44, 20), (3, 3)):
        return EYE
    if 50 * FINE <= x <= 60 * FINE and abs(y - 23 * FINE) <= (60 * FINE - x) * 2 // 5:
        return BEAK
    if inside(x, y, (24, 36), (13, 7), -24):
        return WING
    if inside(x, y, (38, 39), (8, 10), 16):
        return BREAST
    if inside(x, y, (43, 22), (10, 10)) or inside(x, y, (30, 36), (19, 14), -20):
        return BODY
    if x < 18 * FINE and abs(y - (52 * FINE - x)) < 4 * FINE and y > 36 * FINE:
        return WING
    if abs(y - (55 * FINE - x // 16)) < 3 * FINE:
        return BARK
    for leaf in ((8, 8), (20, 4), (58, 44), (6, 24), (56, 6), (60, 60), (10, 62)):
        if inside(x, y, leaf, (7, 4), 40):
            return LEAF
    return tuple(part + (y // FINE) // 2 for part in SKY)


def rows():
    """The picture's rows as bytes, three a pixel, the mean of its points."""
    for row in range(SIDE):
        line = bytearray()
        for column in range(SIDE):
            points = [
                colour(column * FINE + i, row * FINE + j) for i in range(FINE) for j in range(FINE)
            ]
            line += bytes(sum(point[c] for point in points) // len(points) for c in range(3))
        yield bytes(line)


def chunk(name, content):
    return (
        struct.pack(">I", len(content)) + name + content
        + struct.pack(">I", zlib.crc32(name + content))
    )


def png():
    """The picture as a PNG file: 8 bits, RGB, every row as differences from the one above."""
    before, filtered = bytes(3 * SIDE), bytearray()
    for row in rows():
        filtered += b"\x02" + bytes((a - b) & 255 for a, b in zip(row, before))
        before = row
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(bytes(filtered), 9))
        + chunk(b"IEND", b"")
    )


if len(sys.argv) > 1:
    with open(sys.argv[1], "wb") as file:
        file.write(png())
else:
    print("\n".join(textwrap.wrap(base64.b64encode(png()).decode(), 92)))
