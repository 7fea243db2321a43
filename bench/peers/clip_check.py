"""What PyTorch makes of one step of AD-CLIP whose weights and inputs it is given, as JSON on standard output.

`python3 clip_check.py <peer> <file>`: the file is in safetensors' format, holds all parameters under CLIP's and AD-CLIP's
names next to the inputs, and the sizes as JSON in its metadata. The result: every term of the loss, and the gradient of
the total by every parameter that is trained.
"""
import json
import re
import struct
import sys

from clip_peer import AdClip, Sizes, say, torch


def read(path):
    types = {"F32": torch.float32, "I32": torch.int32}
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        body = bytearray(file.read())
    sizes = json.loads(header.pop("__metadata__")["sizes"])
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        tensors[name] = torch.frombuffer(body[start:end], dtype=types[entry["dtype"]]).reshape(entry["shape"])
    return sizes, tensors


# How the peer's parameters are called in checkpoints.
RENAMED = [
    (r"^image\.positions$", "visual.positional_embedding"),
    (r"^image\.tower\.blocks", "visual.transformer.resblocks"),
    (r"^image\.", "visual."),
    (r"^text\.positions$", "positional_embedding"),
    (r"^text\.projection$", "text_projection"),
    (r"^text\.tower\.blocks", "transformer.resblocks"),
    (r"^text\.", ""),
    (r"\.(c_fc|c_proj)\.", r".mlp.\1."),
    (r"^learner\.style\.(\d+)\.0", r"domain_tokens.linear1.\1"),
    (r"^learner\.style\.(\d+)\.1", r"domain_tokens.linear2.\1"),
    (r"^learner\.mapping\.(\d+)\.0", r"style_mapping_tokens.linear1.\1"),
    (r"^learner\.mapping\.(\d+)\.2", r"style_mapping_tokens.linear2.\1"),
    (r"^learner\.content\.(\d+)", r"image_tokens.linear.\1"),
    (r"^learner\.mix", "image_tokens.lin"),
]


def checkpoint_name(name):
    for pattern, replacement in RENAMED:
        name = re.sub(pattern, replacement, name)
    return name


def main(peer, path):
    given, tensors = read(path)
    sizes = Sizes(**given)
    model = AdClip(peer == "pytorch, shared prefix", sizes).train()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(tensors[checkpoint_name(name)])
    prompts = tensors["prompts"].long()
    model.set_classes(prompts[:1, :1], prompts[:, sizes.before :])
    source, target = (model.encode(tensors[domain]) for domain in ("source", "target"))
    losses = model.losses(source, target, tensors["labels"].long())
    losses["total"].backward()
    say(
        tag="checked",
        losses={name: value.item() for name, value in losses.items()},
        gradients={
            checkpoint_name(name): parameter.grad.flatten().tolist()
            for name, parameter in model.named_parameters()
            if parameter.requires_grad
        },
    )


main(*sys.argv[1:3])
