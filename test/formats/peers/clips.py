"""Randomly initialised CLIPs of six real configurations, saved by open_clip and transformers themselves, and their features."""
import copy
import json
import pathlib
import tempfile

import numpy
import open_clip
import torch
import transformers
from open_clip.push_to_hf_hub import save_config_for_hf, save_for_hf
from open_clip.tokenizer import HFTokenizer, SimpleTokenizer
from safetensors.torch import save_file

from texts import transformers_tokenizer

TEXTS = ["a photo of a cat", "Une œuvre d'art à l'été", "猫の写真 😀 👩‍👩‍👧‍👦", "a blurry sketch of three dogs on 2 skateboards, 1930s"]


def open_clip_configuration(name, vision, text, **other):
    """A configuration that open_clip carries, with other sizes where they are given."""
    configuration = open_clip.get_model_config(name)
    return {
        **configuration,
        **other,
        "vision_cfg": {**configuration["vision_cfg"], **vision},
        "text_cfg": {**configuration["text_cfg"], **text},
    }


def transformers_configuration(vision, text, projection):
    return transformers.CLIPConfig(
        vision_config={**vision, "projection_dim": projection, "intermediate_size": 4 * vision["hidden_size"]},
        text_config={**text, "projection_dim": projection, "intermediate_size": 4 * text["hidden_size"]},
        projection_dim=projection,
    )


def configurations(size):
    """
    The six by name: `full` has the first three at their published sizes and the others with fewer and narrower blocks; `small`
    has all of them so small that they can be kept in a repository.
    """
    small = size == "small"
    narrow = {"width": 16, "heads": 2, "layers": 2}
    tiny = {"width": 24, "head_width": 8, "layers": 2, "patch_size": 8, "image_size": 24}
    vit = (tiny, narrow) if small else ({}, {})
    resnet = ({"width": 2, "layers": [1, 2, 1, 1], "image_size": 64}, narrow) if small else ({}, {})
    embed = {"embed_dim": 24} if small else {}
    shrunk = (tiny, narrow) if small else ({"width": 384, "layers": 4}, {"width": 256, "heads": 4, "layers": 4})
    hidden = lambda width, heads, layers: {"hidden_size": width, "num_attention_heads": heads, "num_hidden_layers": layers}
    return {
        "openai-vit-b-32": open_clip_configuration("ViT-B-32", *vit, quick_gelu=True, **embed),
        "openai-rn50": open_clip_configuration("RN50", *resnet, quick_gelu=True, **embed),
        "laion-vit-b-32": open_clip_configuration("ViT-B-32", *vit, **embed),
        "transformers-vit-b-16": transformers_configuration(
            {
                **hidden(*((24, 3, 2) if small else (384, 6, 4))),
                "patch_size": 8 if small else 16,
                "image_size": 24 if small else 224,
            },
            hidden(*((16, 2, 2) if small else (256, 4, 4))),
            24 if small else 512,
        ),
        # As LAION publishes its ViT-L/14 for transformers: with the exact GELU, and heads of another width than 64.
        "transformers-vit-l-14": transformers_configuration(
            {
                **hidden(*((24, 2, 1) if small else (320, 4, 5))),
                "patch_size": 7 if small else 14,
                "image_size": 21 if small else 224,
                "hidden_act": "gelu",
            },
            {**hidden(*((20, 4, 1) if small else (384, 12, 3))), "hidden_act": "gelu"},
            20 if small else 768,
        ),
        # DFN's and MetaCLIP's; `custom_text` puts the text tower's tensors below `text.`.
        "quickgelu-vit-b-16": open_clip_configuration("ViT-B-16-quickgelu", *shrunk, custom_text=True, **embed),
    }


def draw_weights(model, seed, rough, used):
    """
    Draws all weights anew, so that none is zero or one by habit. If `rough`, they are multiples of 1/32 and tokens that are
    not used have zeros, so that a file of them can be compressed.
    """
    random = torch.Generator().manual_seed(seed)
    noise = lambda value, scale: scale * torch.randn(value.shape, generator=random)
    with torch.no_grad():
        for name, value in model.state_dict().items():
            if not value.is_floating_point() or name == "logit_scale":
                continue
            if name.endswith("running_var"):
                drawn = 0.5 + torch.rand(value.shape, generator=random)
            elif value.ndim < 2 and name.endswith("weight"):
                drawn = 1 + noise(value, 0.2)
            elif value.ndim < 2:
                drawn = noise(value, 0.2)
            else:
                drawn = noise(value, 0.5 if "embedding" in name else (value[0].numel()) ** -0.5)
            if rough:
                drawn = torch.round(drawn * 32) / 32
                if name.endswith("token_embedding.weight"):
                    kept = torch.zeros(value.shape)
                    kept[used] = drawn[used]
                    drawn = kept
            value.copy_(drawn)


def padded(texts):
    """The tokens of texts as open_clip and transformers pad them."""
    theirs = transformers_tokenizer()(texts, padding="max_length", max_length=77, return_tensors="pt")["input_ids"]
    return SimpleTokenizer()(texts), theirs


def features(model, images):
    """Features of images and of `TEXTS`, not normalised."""
    tokens, theirs = padded(TEXTS)
    model.eval()
    with torch.no_grad():
        if isinstance(model, transformers.CLIPModel):
            image, text = model.get_image_features(pixel_values=images), model.get_text_features(input_ids=theirs)
            return image.pooler_output, text.pooler_output
        return model.encode_image(images), model.encode_text(tokens)


def empty_open_clip(configuration):
    """open_clip's model of a configuration, made by its factory."""
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "open_clip_config.json").write_text(json.dumps({"model_cfg": configuration}))
        return open_clip.create_model(f"local-dir:{folder}", load_weights=False)


def save(model, configuration, folder, size):
    """Saves a model as its library does: with its tokenizer, unless it is small."""
    if isinstance(model, transformers.CLIPModel):
        model.save_pretrained(folder)
        side = configuration.vision_config.image_size
        square = {"height": side, "width": side}
        transformers.CLIPImageProcessor(size={"shortest_edge": side}, crop_size=square).save_pretrained(folder)
        if size == "full":
            transformers_tokenizer().save_pretrained(folder)
    elif size == "full":
        with tempfile.TemporaryDirectory() as tokenizer:
            transformers_tokenizer().save_pretrained(tokenizer)
            save_for_hf(model, HFTokenizer(tokenizer), configuration, folder, safe_serialization=True)
    else:
        save_file(model.state_dict(), folder / "open_clip_model.safetensors")
        save_config_for_hf(model, folder / "open_clip_config.json", configuration)


def make(folder, size):
    """Writes `clips/NAME`, as a library saves it, and `features/NAME.safetensors`: images, their features, those of texts."""
    (folder / "features").mkdir(parents=True)
    used = torch.unique(torch.cat(padded(TEXTS)))
    for seed, (name, configuration) in enumerate(configurations(size).items()):
        torch.manual_seed(seed)
        if isinstance(configuration, dict):
            model = empty_open_clip(copy.deepcopy(configuration))
            side = configuration["vision_cfg"]["image_size"]
        else:
            model = transformers.CLIPModel(configuration)
            side = configuration.vision_config.image_size
        draw_weights(model, seed, size == "small", used)
        (folder / "clips" / name).mkdir(parents=True)
        save(model, configuration, folder / "clips" / name, size)
        draws = numpy.random.default_rng(seed)
        images = torch.tensor(numpy.round(draws.normal(0, 1, (2, 3, side, side)) * 4) / 4, dtype=torch.float32)
        image, text = features(model, images)
        save_file(
            {"images": images, "image_features": image.contiguous(), "text_features": text.contiguous()},
            folder / "features" / f"{name}.safetensors",
        )
