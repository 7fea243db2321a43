"""
Loads CLIPs into open_clip and transformers, strictly, and compares their features: `check.py FOLDER CONVERTED`.

FOLDER is what `make.py` wrote; CONVERTED has a folder for each CLIP, and in it one for each convention: `openai`, `open_clip`,
`hugging-face`. Prints JSON: for each of them how far its features are from those in FOLDER, relative to the largest of these.
"""
import json
import os
import pathlib
import sys

os.environ["HF_HUB_OFFLINE"] = "1"

import open_clip
import transformers
from safetensors.torch import load_file

import clips


def loaded_by_transformers(folder):
    model, loading = transformers.CLIPModel.from_pretrained(folder, output_loading_info=True)
    wrong = {what: sorted(map(str, found)) for what, found in loading.items() if found}
    if wrong:
        raise ValueError(f"transformers reports {wrong}")
    return model


def loaded(folder, convention):
    """The model of a folder, by the library that reads its convention, with its configuration; every tensor must fit."""
    if convention == "hugging-face":
        return loaded_by_transformers(folder)
    model = open_clip.create_model(f"local-dir:{folder}", require_pretrained=True)
    # Once more without the conversions that the factory does: what is in the file is the model's, name by name.
    model.load_state_dict(load_file(folder / "model.safetensors"), strict=True)
    return model


def distance(ours, theirs):
    return float((ours - theirs).abs().max() / theirs.abs().max())


def checked(made, folder):
    theirs = load_file(made / "features" / f"{folder.parent.name}.safetensors")
    about = {"clip": folder.parent.name, "convention": folder.name}
    try:
        image, text = clips.features(loaded(folder, folder.name), theirs["images"])
    except Exception as error:
        return {**about, "tag": "Failed", "reason": f"{type(error).__name__}: {error}"}
    distances = {"image": distance(image, theirs["image_features"]), "text": distance(text, theirs["text_features"])}
    return {**about, "tag": "Loaded", **distances}


if __name__ == "__main__":
    made, converted = map(pathlib.Path, sys.argv[1:])
    print(json.dumps([checked(made, folder) for folder in sorted(converted.glob("*/*"))]))
