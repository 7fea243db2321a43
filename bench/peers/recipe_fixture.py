"""Writes the parity fixture of the released training recipe: crops by torchvision and Pillow, rates and weights by PyTorch.

    python3 bench/peers/recipe_fixture.py test/experiments/parity/recipe

It needs torch, torchvision, Pillow, numpy and safetensors. The fixture was made with Pillow 9.5, of the time of the released trainers;
Pillow 13 resizes some shapes to pixels that differ by one. `adclip parity <folder>` compares this library with what it writes:
`fixture.json`, the images, and `expected.safetensors`.
"""
import json
import math
import pathlib
import sys

import numpy
import torch
import torchvision
from PIL import Image
from safetensors.numpy import save_file
from torchvision.transforms import InterpolationMode, RandomResizedCrop
from torchvision.transforms import functional

from learning_rates import AfterWarmUp

resolution = 12
mean = (0.48145466, 0.4578275, 0.40821073)
deviation = (0.26862954, 0.26130258, 0.27577711)
crop = RandomResizedCrop(resolution, interpolation=InterpolationMode.BICUBIC)


def picture(width, height):
    """Waves of different lengths in the three colours, so that every crop differs."""
    x, y = numpy.meshgrid(numpy.arange(width), numpy.arange(height))
    planes = [127.5 + 127.5 * numpy.sin(x / (2 + k) + y / (5 - k) + k) for k in range(3)]
    return Image.fromarray(numpy.stack(planes, 2).astype(numpy.uint8))


pictures = {"landscape.png": picture(40, 30), "portrait.png": picture(21, 34), "strip.png": picture(64, 9), "small.png": picture(8, 8)}


def drawn(image, seed):
    """A crop by torchvision, with what it drew: shares of the area and aspect ratios until one fitted, and the place."""
    width, height = image.size
    torch.manual_seed(seed)
    top, left, crop_height, crop_width = crop.get_params(image, crop.scale, crop.ratio)
    torch.manual_seed(seed)
    log_ratio = torch.log(torch.tensor(crop.ratio))
    tries = []
    for _ in range(10):
        area = torch.empty(1).uniform_(crop.scale[0], crop.scale[1]).item()
        aspect = torch.exp(torch.empty(1).uniform_(log_ratio[0], log_ratio[1])).item()
        tries.append({"area": area, "aspect": aspect})
        w = int(round(math.sqrt(width * height * area * aspect)))
        h = int(round(math.sqrt(width * height * area / aspect)))
        if 0 < w <= width and 0 < h <= height:
            break
    region = {"left": left, "top": top, "width": crop_width, "height": crop_height}
    place = {"x": (left + 0.5) / (width - crop_width + 1), "y": (top + 0.5) / (height - crop_height + 1)}
    return {"tries": tries, **place, "region": region}


def pixels(image, region, flip):
    """Crop, resize and flip as the released transforms do, then normalise."""
    part = functional.resized_crop(
        image, region["top"], region["left"], region["height"], region["width"], [resolution] * 2, InterpolationMode.BICUBIC
    )
    part = functional.hflip(part) if flip else part
    return functional.normalize(functional.to_tensor(part), mean, deviation).numpy()


def crops():
    views, rows = [], []
    for seed in range(3):
        for name, image in pictures.items():
            view = drawn(image, 100 * seed + len(views))
            flip = len(views) % 2 == 1
            views.append({"image": name, "size": {"width": image.size[0], "height": image.size[1]}, **view, "flip": flip})
            rows.append(pixels(image, view["region"], flip))
    return views, numpy.stack(rows)


def draws(image, count):
    """Mean and deviation of the place and the sides of many crops."""
    torch.manual_seed(7)
    regions = numpy.array([crop.get_params(image, crop.scale, crop.ratio) for _ in range(count)], dtype=float)
    figures = {
        name: {"mean": float(column.mean()), "deviation": float(column.std())}
        for name, column in zip(("top", "left", "height", "width"), regions.T)
    }
    return {"size": {"width": image.size[0], "height": image.size[1]}, "count": count, "figures": figures}


optimizers = {
    "adam": lambda weights, setting: torch.optim.Adam(
        weights, lr=setting["learningRate"], weight_decay=setting["weightDecay"]
    ),
    "sgd": lambda weights, setting: torch.optim.SGD(
        weights, lr=setting["learningRate"], momentum=0.9, weight_decay=setting["weightDecay"]
    ),
}
common = {"weightDecay": 5e-4, "warmUpEpochs": 1, "warmUpRate": 1e-5, "steps": 12, "rateCount": 300}
trainings = [
    {"name": "AD-CLIP", "optimizer": "adam", "learningRate": 0.01, "schedule": "per-batch", "epochs": 50, "stepsPerEpoch": 151},
    {"name": "AD-CLIP, 5 epochs", "optimizer": "adam", "learningRate": 0.01, "schedule": "per-batch", "epochs": 5, "stepsPerEpoch": 60},
    {"name": "CoOp, 75 epochs", "optimizer": "sgd", "learningRate": 0.002, "schedule": "per-epoch", "epochs": 75, "stepsPerEpoch": 4},
]
[batch, features, classes] = [6, 5, 3]


def trained(setting, number):
    """A linear classifier, trained as the released trainers train: rates of many batches, weights after a few."""
    random = numpy.random.default_rng(number)
    x = random.standard_normal((setting["steps"], batch, features)).astype(numpy.float32)
    labels = random.integers(0, classes, (setting["steps"], batch)).astype(numpy.int32)
    first = (0.3 * random.standard_normal((classes, features))).astype(numpy.float32)
    weight = torch.nn.Parameter(torch.tensor(first, dtype=torch.float64))
    optimizer = optimizers[setting["optimizer"]]([weight], setting)
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, setting["epochs"])
    scheduler = AfterWarmUp(optimizer, cosine, setting["warmUpEpochs"], setting["warmUpRate"])
    rates, last = [], None
    for step in range(setting["rateCount"]):
        rates.append(optimizer.param_groups[0]["lr"])
        if step < setting["steps"]:
            optimizer.zero_grad()
            logits = torch.tensor(x[step], dtype=torch.float64) @ weight.T
            torch.nn.functional.cross_entropy(logits, torch.tensor(labels[step], dtype=torch.int64)).backward()
            optimizer.step()
            last = weight.detach().numpy().astype(numpy.float32)
        if setting["schedule"] == "per-batch" or (step + 1) % setting["stepsPerEpoch"] == 0:
            scheduler.step()
    tensors = {"x": x, "labels": labels, "first": first, "last": last}
    described = {name: value for name, value in setting.items() if name != "rateCount"}
    return {**described, "rates": rates}, {f"training.{number}.{name}": value for name, value in tensors.items()}


folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for name, image in pictures.items():
    image.save(folder / name)
views, expected = crops()
recipes = [trained({**common, **setting}, number) for number, setting in enumerate(trainings)]
fixture = {
    "kind": "recipe",
    "madeWith": {"torch": torch.__version__, "torchvision": torchvision.__version__, "Pillow": Image.__version__},
    "crops": {
        "resolution": resolution,
        "mean": mean,
        "deviation": deviation,
        "views": views,
        "draws": [draws(pictures[name], 20_000) for name in ("landscape.png", "strip.png")],
    },
    "trainings": [described for described, _ in recipes],
}
(folder / "fixture.json").write_text(json.dumps(fixture) + "\n")
save_file(
    {"crops": expected, **{name: value for _, tensors in recipes for name, value in tensors.items()}},
    folder / "expected.safetensors",
)
