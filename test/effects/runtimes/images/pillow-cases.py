"""Writes pillow-cases.json: what the Python Imaging Library's bicubic and bilinear resize make of small images.

Run with any Pillow: python3 test/effects/runtimes/images/pillow-cases.py (made with 9.4.0, the bilinear cases with 13.0.0;
13 gives other pixels in two of the bicubic cases, in which the width grows and the height shrinks)
"""

import base64
import json
import pathlib

from PIL import Image


def pattern(width, height, contrast):
    """Pixels that a test can make again: a linear congruential generator, then contrast."""
    state, pixels = 12345, bytearray()
    for _ in range(width * height * 3):
        state = (1103515245 * state + 12345) % 2**31
        byte = state >> 23
        pixels.append(byte if contrast == "grey levels" else 255 * (byte > 127))
    return Image.frombytes("RGB", (width, height), bytes(pixels))


def case(name, size, origin, resized, window, contrast="grey levels", interpolation="bicubic"):
    left, top, width, height = origin
    x, y, w, h = window
    image = pattern(*size, contrast).crop((left, top, left + width, top + height))
    image = image.resize(resized, getattr(Image, interpolation.upper())).crop((x, y, x + w, y + h))
    return {
        "name": name,
        "contrast": contrast,
        "interpolation": interpolation,
        "size": size,
        "from": origin,
        "resized": resized,
        "window": window,
        "pixels": base64.b64encode(image.tobytes()).decode(),
    }


cases = [
    case("three times smaller", (30, 24), (0, 0, 30, 24), (10, 8), (0, 0, 10, 8)),
    case("smaller by an odd factor", (37, 53), (0, 0, 37, 53), (16, 22), (0, 0, 16, 22)),
    case("larger", (7, 5), (0, 0, 7, 5), (16, 12), (0, 0, 16, 12)),
    case("wider and lower", (9, 31), (0, 0, 9, 31), (20, 8), (0, 0, 20, 8)),
    case("the width kept", (12, 31), (0, 0, 12, 31), (12, 9), (0, 0, 12, 9)),
    case("the height kept", (31, 12), (0, 0, 31, 12), (9, 12), (0, 0, 9, 12)),
    case("the size kept", (9, 8), (0, 0, 9, 8), (9, 8), (2, 3, 5, 4)),
    case("a window of it", (40, 30), (0, 0, 40, 30), (20, 15), (6, 3, 8, 9)),
    case("a window, the width kept", (12, 31), (0, 0, 12, 31), (12, 9), (4, 2, 5, 6)),
    case("a window, the height kept", (31, 12), (0, 0, 31, 12), (9, 12), (1, 5, 6, 4)),
    case("a region", (40, 30), (11, 7, 21, 13), (12, 12), (0, 0, 12, 12)),
    case("a window of a region", (40, 30), (11, 7, 21, 13), (12, 14), (2, 3, 8, 8)),
    case("overshoot, clamped", (20, 20), (0, 0, 20, 20), (33, 11), (0, 0, 33, 11), "black and white"),
    case("one pixel", (1, 1), (0, 0, 1, 1), (4, 4), (0, 0, 4, 4)),
    case("smaller, bilinear", (37, 53), (0, 0, 37, 53), (16, 22), (0, 0, 16, 22), interpolation="bilinear"),
    case("larger, bilinear", (7, 5), (0, 0, 7, 5), (16, 12), (0, 0, 16, 12), interpolation="bilinear"),
    case("a window of a region, bilinear", (40, 30), (11, 7, 21, 13), (12, 14), (2, 3, 8, 8), interpolation="bilinear"),
]
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(cases, indent=1) + "\n")
