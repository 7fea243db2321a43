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


def prepare(path):
    """The shorter side to the model's, the middle of that, and colours as CLIP was trained on them."""
    image = Image.open(path).convert("RGB")
    side, shorter = steps["resize"]["shorterSide"], min(image.size)
    width, height = (side * length // shorter for length in image.size)
    left, top = round((width - side) / 2), round((height - side) / 2)
    image = image.resize((width, height), Image.BICUBIC).crop((left, top, left + side, top + side))
    pixels = numpy.asarray(image, numpy.float32) * numpy.float32(steps["scale"])
    mean, deviation = numpy.float32(steps["mean"]), numpy.float32(steps["standardDeviation"])
    return ((pixels - mean) / deviation).transpose(2, 0, 1)


for path in paths:
    images = numpy.stack([prepare(path)] * batch)
    (probabilities,) = session.run(["probabilities"], {"images": images})
    best = probabilities[0].argmax()
    print(f"{path}: {classes[best]} {100 * probabilities[0][best]:.0f} %")
