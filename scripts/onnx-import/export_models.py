"""Exports small models with random weights by PyTorch's exporters, each with its inputs, outputs and gradients.

    python export_models.py <folder>

Writes <folder>/<model>-<exporter>.onnx and .safetensors: `input.<name>`, `output`, `cotangent`, `parameter.<name>`, and `gradient.<name>` of
sum(output * cotangent) for inputs of floats and for parameters. A pair of a model and an exporter that fails is named in
<folder>/not-exported.txt with the exporter's reason.
"""
import sys
import warnings
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

warnings.filterwarnings("ignore")
torch.manual_seed(0)
folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)


class Picked(nn.Module):
    """A model of which one output is taken; other settings are fixed."""

    def __init__(self, model, pick, **settings):
        super().__init__()
        self.model, self.pick, self.settings = model, pick, settings

    def forward(self, x):
        return self.pick(self.model(x, **self.settings))


class UNet(nn.Module):
    """A U-Net with group norms (Ronneberger et al. 2015; Wu & He 2018): one level up by a transposed convolution, one bilinear."""

    def __init__(self):
        super().__init__()
        block = lambda i, o: nn.Sequential(nn.Conv2d(i, o, 3, padding=1), nn.GroupNorm(4, o), nn.SiLU())
        self.down1, self.down2, self.bottom = block(3, 8), block(8, 16), block(16, 32)
        self.up2 = nn.ConvTranspose2d(32, 16, 2, stride=2)
        self.up1 = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False)
        self.narrow = nn.Conv2d(16, 8, 1)
        self.merge2, self.merge1 = block(32, 16), block(16, 8)
        self.head = nn.Conv2d(8, 2, 1)

    def forward(self, x):
        one = self.down1(x)
        two = self.down2(nn.functional.max_pool2d(one, 2))
        low = self.bottom(nn.functional.avg_pool2d(two, 2))
        two = self.merge2(torch.cat([self.up2(low), two], 1))
        one = self.merge1(torch.cat([self.narrow(self.up1(two)), one], 1))
        return self.head(one)


def models():
    from torchvision.models import MobileNetV2, ConvNeXt, mobilenet_v3_small
    from torchvision.models.convnext import CNBlockConfig
    from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet
    from torchvision.models.vision_transformer import VisionTransformer
    import open_clip
    from transformers import (BertConfig, BertModel, CLIPTextConfig, CLIPTextModelWithProjection, CLIPVisionConfig,
                              CLIPVisionModelWithProjection, GPT2Config, GPT2Model)

    images = torch.randn(2, 3, 32, 32)
    ids = torch.randint(1, 90, (2, 12))
    ids[:, -1] = 99
    first = lambda result: result[0]
    small = dict(hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4)
    yield "resnet", ResNet(BasicBlock, [1, 1, 1, 1], num_classes=10), images
    yield "resnet-bottleneck", ResNet(Bottleneck, [1, 1, 1, 1], num_classes=10, width_per_group=16), images
    yield "vit", VisionTransformer(32, 8, 2, 4, 32, 64, num_classes=10), images
    yield "mobilenet-v2", MobileNetV2(num_classes=10, width_mult=0.35), images
    yield "mobilenet-v3", mobilenet_v3_small(num_classes=10), images
    yield "convnext", ConvNeXt([CNBlockConfig(16, 32, 1), CNBlockConfig(32, None, 1)], num_classes=10), images
    yield "unet", UNet(), images
    yield "bert", Picked(BertModel(BertConfig(vocab_size=100, max_position_embeddings=32, **small)), first, return_dict=False), ids
    yield "gpt2", Picked(GPT2Model(GPT2Config(vocab_size=100, n_positions=32, n_embd=32, n_layer=2, n_head=4)), first,
                         return_dict=False, use_cache=False), ids
    yield "clip-vision", Picked(CLIPVisionModelWithProjection(CLIPVisionConfig(image_size=32, patch_size=8, projection_dim=16, **small)),
                                first, return_dict=False), images
    yield "clip-text", Picked(CLIPTextModelWithProjection(CLIPTextConfig(vocab_size=100, max_position_embeddings=16, projection_dim=16,
                              eos_token_id=99, bos_token_id=98, pad_token_id=0, **small)), first, return_dict=False), ids
    tower = open_clip.CLIP(16, vision_cfg=dict(image_size=32, patch_size=8, width=32, layers=2, head_width=8),
                           text_cfg=dict(context_length=12, vocab_size=100, width=32, heads=4, layers=2))
    yield "open-clip-vision", tower.visual, images

    class Text(nn.Module):
        def __init__(self):
            super().__init__()
            self.tower = tower

        def forward(self, x):
            return self.tower.encode_text(x, normalize=True)

    yield "open-clip-text", Text(), ids


def export(model, x, path, dynamo, opset, external):
    if dynamo:
        batch = torch.export.Dim("batch", min=1, max=64)
        program = torch.onnx.export(model, (x,), dynamo=True, input_names=["x"], output_names=["y"], opset_version=opset,
                                    dynamic_shapes=({0: batch},), verbose=False)
        program.save(str(path), external_data=external)
    else:
        torch.onnx.export(model, (x,), str(path), dynamo=False, input_names=["x"], output_names=["y"], opset_version=opset,
                          dynamic_axes={"x": {0: "batch"}, "y": {0: "batch"}})


# The newest opset has its weights in a file of their own, <model>.onnx.data.
exporters = {
    "dynamo": dict(dynamo=True, opset=20, external=False),
    "dynamo-23": dict(dynamo=True, opset=23, external=True),
    "legacy": dict(dynamo=False, opset=17, external=False),
}


failures = []
wanted = sys.argv[2:]
for name, model, x in models():
    if wanted and name not in wanted:
        continue
    model = model.eval()
    # No two weights are equal: exporters store equal ones once, and their gradients would be added.
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.02 * torch.randn_like(parameter))
    leaf = x.clone().requires_grad_(x.is_floating_point())
    y = model(leaf)
    cotangent = torch.randn_like(y)
    model.zero_grad()
    (y * cotangent).sum().backward()
    stored = {"output": y.detach(), "cotangent": cotangent,
              "input.x": x if x.is_floating_point() else x.to(torch.int32)}
    if leaf.grad is not None:
        stored["gradient.x"] = leaf.grad
    for key, parameter in model.named_parameters():
        if parameter.grad is not None:
            stored[f"gradient.{key}"] = parameter.grad
            stored[f"parameter.{key}"] = parameter.detach()
    stored = {key: value.contiguous().clone() for key, value in stored.items()}
    for exporter, settings in exporters.items():
        path = folder / f"{name}-{exporter}.onnx"
        try:
            export(model, x, path, **settings)
            save_file(stored, str(path.with_suffix(".safetensors")))
        except Exception as reason:
            path.unlink(missing_ok=True)
            failures.append(f"{name}-{exporter}: {type(reason).__name__}: {str(reason).splitlines()[0] if str(reason) else ''}")
(folder / "not-exported.txt").write_text("\n".join(failures))
