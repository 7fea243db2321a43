"""Changes of images by the Python Imaging Library: JSON on stdout."""
import json
import math
import sys

try:
    import numpy as np
    from PIL import Image, ImageEnhance, ImageOps, __version__
except ImportError:
    print(json.dumps({"tag": "Skipped", "reason": "the Python Imaging Library is not installed"}))
    sys.exit(0)

SIDE = 12
random = np.random.default_rng(3)
y, x = np.mgrid[0:SIDE, 0:SIDE]
smooth = np.stack([120 + 80 * np.sin(x / 3), 100 + 4 * x + 2 * y, 60 + 50 * np.cos(y / 4)], 2)
image = Image.fromarray(np.clip(smooth + random.normal(scale=12, size=smooth.shape), 0, 255).astype(np.uint8))


def solarize_add(added, threshold):
    sums = np.clip(np.array(image).astype(int) + added, 0, 255).astype(np.uint8)
    return ImageOps.solarize(Image.fromarray(sums), threshold)


def affine(*matrix):
    """Lengths are shares of the side."""
    a, b, c, d, e, f = matrix
    return image.transform(image.size, Image.Transform.AFFINE, (a, b, c * SIDE, d, e, f * SIDE))


def turn(degrees):
    angle = -math.radians(degrees)
    a, b = math.cos(angle), math.sin(angle)
    return [a, b, 0.5 * (1 - a - b), -b, a, 0.5 * (1 + b - a)]


changes = [
    ({"tag": "AutoContrast"}, ImageOps.autocontrast(image)),
    ({"tag": "Equalize"}, ImageOps.equalize(image)),
    ({"tag": "Invert"}, ImageOps.invert(image)),
    ({"tag": "Posterize", "bits": 5}, ImageOps.posterize(image, 5)),
    ({"tag": "Solarize", "threshold": 256 / 3, "added": 0}, ImageOps.solarize(image, 256 / 3)),
    ({"tag": "Solarize", "threshold": 128, "added": 110 / 3}, solarize_add(110 / 3, 128)),
    ({"tag": "Saturation", "factor": 0.7}, ImageEnhance.Color(image).enhance(0.7)),
    ({"tag": "Contrast", "factor": 0.7}, ImageEnhance.Contrast(image).enhance(0.7)),
    ({"tag": "Brightness", "factor": 0.7}, ImageEnhance.Brightness(image).enhance(0.7)),
    ({"tag": "Sharpness", "factor": 0.7}, ImageEnhance.Sharpness(image).enhance(0.7)),
    ({"tag": "Affine", "matrix": turn(10)}, image.rotate(10)),
    ({"tag": "Affine", "matrix": [1, 0.1, 0, 0, 1, 0]}, affine(1, 0.1, 0, 0, 1, 0)),
    ({"tag": "Affine", "matrix": [1, 0, 0, -0.1, 1, 0]}, affine(1, 0, 0, -0.1, 1, 0)),
    ({"tag": "Affine", "matrix": [1, 0, 0.149, 0, 1, 0]}, affine(1, 0, 0.149, 0, 1, 0)),
]


def pixels(of):
    return np.array(of).reshape(-1).tolist()


print(
    json.dumps(
        {
            "tag": "Computed",
            "pillow": __version__,
            "side": SIDE,
            "image": pixels(image),
            "changes": [{"change": change, "pixels": pixels(after)} for change, after in changes],
        }
    )
)
