"""Writes what tests compare with: `make.py FOLDER full|small`, with torch, transformers, open_clip and Pillow.

`texts.json`: texts and their tokens. `images`, `pixels.safetensors`: image files, and how they are preprocessed;
`resized.safetensors`: the same of some with other modes of resizing. `clips`, `features`: checkpoints, and what they give.
`about.json`: what is compared, and the versions of the libraries.
"""
import json
import os
import pathlib
import sys

os.environ["HF_HUB_OFFLINE"] = "1"

import open_clip
import PIL
import torch
import torchvision
import transformers
from safetensors.torch import save_file

import clips
import images
import texts


def main(folder, size):
    folder.mkdir(parents=True)
    clips.make(folder, size)
    (folder / "texts.json").write_text(json.dumps(texts.tokens(1000)))
    side = 224 if size == "full" else 16
    names = images.write_files(folder / "images", side)
    pixels, distances = images.pixels_of(folder / "images", names, side)
    save_file(pixels, folder / "pixels.safetensors")
    save_file(images.resized_pixels(folder / "images", side), folder / "resized.safetensors")
    about = {
        "versions": {
            library.__name__: library.__version__ for library in (torch, torchvision, open_clip, transformers, PIL)
        },
        "texts": clips.TEXTS,
        "side": side,
        "images": distances,
        "resized": images.resized(),
        "clips": list(clips.configurations(size)),
    }
    (folder / "about.json").write_text(json.dumps(about, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2])
