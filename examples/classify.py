"""Classifies images with a model that `adclip export` wrote: needs onnxruntime, numpy and pillow, and nothing of tensile.

python classify.py classifier.onnx image.jpg ...
"""

import json
import sys

import numpy
import onnxruntime
from PIL import Image

model, *paths = sys.argv[1:]
session = onnxruntime.InferenceSession(model)
metadata = session.get_modelmeta().custom_metadata_map
classes = json.loads(metadata["classes"])
steps = json.loads(metadata["preprocessing"])
fixed = session.get_inputs()[0].shape[0]
batch = fixed if isinstance(fixed, int) else 1


def square(image):
    """The middle of the image, its shorter side resized; or the whole image, stretched or with black around it."""
    resize = steps["resize"]
    kernel = getattr(Image, resize["interpolation"].upper())
    if "width" in resize:
        return image.resize((resize["width"], resize["height"]), kernel)
    if "longerSide" in resize:
        side, longer = resize["longerSide"], max(image.size)
        width, height = (max(1, round(side * length / longer)) for length in image.size)
        framed = Image.new("RGB", (side, side))
        framed.paste(image.resize((width, height), kernel), ((side - width) // 2, (side - height) // 2))
        return framed
    side, shorter = resize["shorterSide"], min(image.size)
    width, height = (side * length // shorter for length in image.size)
    left, top = round((width - side) / 2), round((height - side) / 2)
    return image.resize((width, height), kernel).crop((left, top, left + side, top + side))


def prepare(path):
    """The square that the model was trained on, and colours as CLIP was trained on them."""
    image = square(Image.open(path).convert("RGB"))
    pixels = numpy.asarray(image, numpy.float32) * numpy.float32(steps["scale"])
    mean, deviation = numpy.float32(steps["mean"]), numpy.float32(steps["standardDeviation"])
    return ((pixels - mean) / deviation).transpose(2, 0, 1)


for path in paths:
    images = numpy.stack([prepare(path)] * batch)
    (probabilities,) = session.run(["probabilities"], {"images": images})
    best = probabilities[0].argmax()
    print(f"{path}: {classes[best]} {100 * probabilities[0][best]:.0f} %")
