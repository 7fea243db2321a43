"""CLIP and AD-CLIP in PyTorch: what this library is compared with.

`python3 clip_peer.py <peer> <case>` says that it is ready, then runs once for every line `run` on standard input.
The peers: "pytorch" (CLIP as released), "pytorch, as released" (AD-CLIP with 77 positions for every image and class),
"pytorch, shared prefix" (the same savings as this library's, but for class names of different lengths). With ", compiled" after
its name a peer is compiled by `torch.compile`, with ", bfloat16" it computes matrix products in that format.
"""
import math
import os
import sys
from dataclasses import dataclass

from protocol import say, take_part

try:
    import torch
    import torch.nn.functional as F
    from torch import nn
except ImportError as error:
    say(tag="skipped", reason=f"PyTorch is not installed ({error})")
    sys.exit(0)

torch.set_num_threads(int(os.environ.get("BENCH_THREADS", "2")))
torch.manual_seed(1)
# BENCH_DEVICE=cuda computes there, in mixed precision as the released code trains.
device = os.environ.get("BENCH_DEVICE", "cpu")
if device != "cpu":
    torch.set_default_device(device)


def to_its_end(work, bfloat16):
    if device == "cpu":
        with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
            return work()
    with torch.autocast(device, torch.bfloat16 if bfloat16 else torch.float16):
        work()
    torch.cuda.synchronize()


def about():
    blas = next((name for name in ("mkl", "openblas") if f"BLAS_INFO={name}" in torch.__config__.show()), "")
    named = {"mkl": ", MKL", "openblas": ", OpenBLAS", "": ""}[blas]
    return f"PyTorch {torch.__version__}{named}"


class QuickGELU(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(1.702 * x)


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.attn = nn.MultiheadAttention(width, heads)
        self.ln_1 = nn.LayerNorm(width)
        self.ln_2 = nn.LayerNorm(width)
        self.c_fc = nn.Linear(width, 4 * width)
        self.c_proj = nn.Linear(4 * width, width)
        self.gelu = QuickGELU()

    def mlp(self, x):
        return x + self.c_proj(self.gelu(self.c_fc(self.ln_2(x))))

    def forward(self, x, mask=None):
        """[positions, batch, width], as CLIP's code has it."""
        normal = self.ln_1(x)
        x = x + self.attn(normal, normal, normal, need_weights=False, attn_mask=mask)[0]
        return self.mlp(x)

    def heads_of(self, x):
        """Queries, keys and values of [batch, positions, width], each [batch, heads, positions, head width]."""
        packed = F.linear(self.ln_1(x), self.attn.in_proj_weight, self.attn.in_proj_bias)
        batch, length, width = x.shape
        return packed.view(batch, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)

    def merge(self, x, mixed):
        batch, _, length, _ = mixed.shape
        return self.mlp(x + self.attn.out_proj(mixed.transpose(1, 2).reshape(batch, length, -1)))


class Tower(nn.Module):
    def __init__(self, width, layers, heads):
        super().__init__()
        self.blocks = nn.ModuleList([Block(width, heads) for _ in range(layers)])


class VisionTransformer(nn.Module):
    def __init__(self, patch, width=768, layers=12, heads=12, embed=512, resolution=224):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, patch, patch, bias=False)
        self.class_embedding = nn.Parameter(torch.randn(width) * 0.03)
        self.positions = nn.Parameter(torch.randn((resolution // patch) ** 2 + 1, width) * 0.03)
        self.ln_pre = nn.LayerNorm(width)
        self.tower = Tower(width, layers, heads)
        self.ln_post = nn.LayerNorm(width)
        self.proj = nn.Parameter(torch.randn(width, embed) * 0.03)

    def forward(self, images):
        x = self.conv1(images).flatten(2).transpose(1, 2)
        x = torch.cat([self.class_embedding.expand(x.shape[0], 1, -1), x], 1) + self.positions
        x = self.ln_pre(x).transpose(0, 1)
        levels = []
        for block in self.tower.blocks:
            x = block(x)
            levels.append(x.transpose(0, 1))
        return self.ln_post(x[0]) @ self.proj, levels


class Bottleneck(nn.Module):
    def __init__(self, inputs, planes, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inputs, planes, 1, bias=False), nn.BatchNorm2d(planes)
        self.conv2, self.bn2 = nn.Conv2d(planes, planes, 3, padding=1, bias=False), nn.BatchNorm2d(planes)
        self.pool = nn.AvgPool2d(stride) if stride > 1 else nn.Identity()
        self.conv3, self.bn3 = nn.Conv2d(planes, 4 * planes, 1, bias=False), nn.BatchNorm2d(4 * planes)
        self.down = None
        if stride > 1 or inputs != 4 * planes:
            self.down = nn.Sequential(
                nn.AvgPool2d(stride), nn.Conv2d(inputs, 4 * planes, 1, bias=False), nn.BatchNorm2d(4 * planes)
            )

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.pool(F.relu(self.bn2(self.conv2(y))))
        return F.relu(self.bn3(self.conv3(y)) + (x if self.down is None else self.down(x)))


class ModifiedResNet(nn.Module):
    def __init__(self, layers=(3, 4, 6, 3), width=64, embed=1024, heads=32):
        super().__init__()
        stem = [(3, width // 2, 2), (width // 2, width // 2, 1), (width // 2, width, 1)]
        self.stem = nn.Sequential(
            *[
                part
                for inputs, outputs, stride in stem
                for part in (
                    nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False),
                    nn.BatchNorm2d(outputs),
                    nn.ReLU(),
                )
            ],
            nn.AvgPool2d(2),
        )
        channels, stages = width, []
        for i, depth in enumerate(layers):
            blocks = []
            for j in range(depth):
                blocks.append(Bottleneck(channels, width * 2**i, 2 if i > 0 and j == 0 else 1))
                channels = 4 * width * 2**i
            stages.append(nn.Sequential(*blocks))
        self.stages = nn.ModuleList(stages)
        self.positions = nn.Parameter(torch.randn(50, channels) * 0.02)
        self.attn = nn.MultiheadAttention(channels, heads)
        self.c_proj = nn.Linear(channels, embed)

    def forward(self, images):
        x = self.stem(images)
        levels = []
        for stage in self.stages:
            x = stage(x)
            levels.append(x.flatten(2).transpose(1, 2))
        tokens = x.flatten(2).permute(2, 0, 1)
        tokens = torch.cat([tokens.mean(0, keepdim=True), tokens], 0) + self.positions[:, None]
        pooled = self.attn(tokens[:1], tokens, tokens, need_weights=False)[0][0]
        return self.c_proj(pooled), levels


def moments(level, epsilon=2.3e-8):
    mean = level.mean(1)
    deviation = torch.sqrt((((level - mean[:, None]) ** 2).sum(1) + epsilon) / level.shape[1])
    return mean, deviation


class TextEncoder(nn.Module):
    def __init__(self, width=512, layers=12, heads=8, embed=512, context=77, vocabulary=49408):
        super().__init__()
        self.token_embedding = nn.Embedding(vocabulary, width)
        self.positions = nn.Parameter(torch.randn(context, width) * 0.01)
        self.tower = Tower(width, layers, heads)
        self.ln_final = nn.LayerNorm(width)
        self.projection = nn.Parameter(torch.randn(width, embed) * 0.03)
        self.register_buffer("mask", torch.full((context, context), -math.inf).triu(1))

    def forward(self, prompts, ends):
        x = (prompts + self.positions[: prompts.shape[1]]).transpose(0, 1)
        for block in self.tower.blocks:
            x = block(x, self.mask[: prompts.shape[1], : prompts.shape[1]])
        x = self.ln_final(x.transpose(0, 1))
        return x[torch.arange(x.shape[0]), ends] @ self.projection

    def with_shared_prefix(self, beginnings, endings, ends):
        """[B,P,width] and [K,S,width] to [B,K,embed]: each beginning once, each ending against it."""
        batch, before, width = beginnings.shape
        count, length, _ = endings.shape
        x = beginnings + self.positions[:before]
        y = (endings + self.positions[before : before + length]).reshape(1, count * length, width)
        y = y.expand(batch, -1, -1)
        within = self.mask[:length, :length]
        for i, block in enumerate(self.tower.blocks):
            q, k, v = block.heads_of(x)
            scale = q.shape[-1] ** -0.5
            if i < len(self.tower.blocks) - 1:
                weights = (q * scale @ k.transpose(-1, -2) + self.mask[:before, :before]).softmax(-1)
                x = block.merge(x, weights @ v)
            own_q, own_k, own_v = block.heads_of(y)
            apart = (batch, block.heads, count, length, -1)
            past = (own_q * scale @ k.transpose(-1, -2)).view(*apart)
            own = own_q.reshape(*apart) * scale @ own_k.reshape(*apart).transpose(-1, -2) + within
            weights = torch.cat([past, own], -1).softmax(-1)
            mixed = weights[..., :before].reshape(batch, block.heads, count * length, before) @ v
            mixed = mixed + (weights[..., before:] @ own_v.reshape(*apart)).reshape(mixed.shape)
            y = block.merge(y, mixed)
        last = y.view(batch, count, length, width)[:, torch.arange(count), ends]
        return self.ln_final(last) @ self.projection


class PromptLearner(nn.Module):
    def __init__(self, levels=12, vision=768, width=512, style=256, mapping=384, tokens=4):
        super().__init__()
        self.style = nn.ModuleList(
            [nn.Sequential(nn.Linear(vision, style), nn.Linear(style, width)) for _ in range(levels)]
        )
        self.mapping = nn.ModuleList(
            [
                nn.Sequential(nn.Linear(vision, mapping), nn.ReLU(), nn.Linear(mapping, width))
                for _ in range(levels)
            ]
        )
        self.content = nn.ModuleList([nn.Linear(vision, width) for _ in range(levels)])
        self.mix = nn.Linear(levels, 1)
        self.tokens = tokens

    def styles(self, levels):
        return torch.stack([f((m + d) / 2) for f, (m, d) in zip(self.style, levels)], 1)

    def mapped(self, levels):
        pairs = [F.avg_pool1d(torch.cat([m, d], 1)[:, None], 2)[:, 0] for m, d in levels]
        return torch.stack([f(x) for f, x in zip(self.mapping, pairs)], 1)

    def contents(self, levels):
        each = torch.stack([f(m) for f, (m, _) in zip(self.content, levels)], 2)
        return self.mix(each).transpose(1, 2).expand(-1, self.tokens, -1)


LOSS_WEIGHTS = {"crossEntropy": 1, "styleMapping": 0.1, "entropy": 0.01, "divergence": 1}


@dataclass
class Sizes:
    """Those of ViT-B/16 as released, with Office-Home's 65 classes."""

    patch: int = 16
    resolution: int = 224
    vision_width: int = 768
    vision_layers: int = 12
    vision_heads: int = 12
    embed: int = 512
    text_width: int = 512
    text_layers: int = 12
    text_heads: int = 8
    context: int = 77
    vocabulary: int = 49408
    image_tokens: int = 4
    style_hidden: int = 256
    mapping_hidden: int = 384
    # Tokens of each class from its name to the end of text.
    endings: tuple = (3,) * 54 + (4,) * 9 + (5,) * 2

    @property
    def before(self):
        return 1 + 2 * self.vision_layers + self.image_tokens


class AdClip(nn.Module):
    def __init__(self, shared, sizes=Sizes()):
        super().__init__()
        self.shared = shared
        self.before = sizes.before
        self.image = VisionTransformer(
            sizes.patch,
            sizes.vision_width,
            sizes.vision_layers,
            sizes.vision_heads,
            sizes.embed,
            sizes.resolution,
        )
        self.text = TextEncoder(
            sizes.text_width,
            sizes.text_layers,
            sizes.text_heads,
            sizes.embed,
            sizes.context,
            sizes.vocabulary,
        )
        self.logit_scale = nn.Parameter(torch.tensor(math.log(14.3)))
        for parameter in self.parameters():
            parameter.requires_grad_(False)
        self.learner = PromptLearner(
            sizes.vision_layers,
            sizes.vision_width,
            sizes.text_width,
            sizes.style_hidden,
            sizes.mapping_hidden,
            sizes.image_tokens,
        )
        self.ends = torch.tensor(sizes.endings) - 1
        # As released, prompts are padded to the whole context; with a shared prefix, to the longest.
        self.length = max(sizes.endings) if shared else sizes.context - sizes.before
        tokens = torch.randint(0, sizes.vocabulary, (len(sizes.endings), self.length))
        self.set_classes(torch.tensor([[sizes.vocabulary - 2]]), tokens)

    def set_classes(self, start, names):
        """Token rows: the start of text [1,1], and names to the ends of text [K,S], S at most the length."""
        padding = names.new_zeros(names.shape[0], self.length - names.shape[1])
        self.names = self.text.token_embedding(torch.cat([names, padding], 1))
        self.start = self.text.token_embedding(start)

    def encode(self, batch):
        with torch.no_grad():
            feature, levels = self.image(batch)
            return feature, [moments(level) for level in levels]

    def texts(self, context):
        beginnings = torch.cat([self.start.expand(context.shape[0], -1, -1), context], 1)
        if self.shared:
            features = self.text.with_shared_prefix(beginnings, self.names, self.ends)
        else:
            features = torch.stack(
                [
                    self.text(
                        torch.cat([each.expand(len(self.names), -1, -1), self.names], 1),
                        self.ends + self.before,
                    )
                    for each in beginnings
                ]
            )
        return F.normalize(features, dim=-1)

    def classify(self, feature, source_style, target_style, content):
        texts = self.texts(torch.cat([source_style, target_style, content], 1))
        return texts, torch.einsum("be,bke->bk", F.normalize(feature, dim=-1), texts) * self.logit_scale.exp()

    def losses(self, source, target, labels):
        (feature_s, levels_s), (feature_t, levels_t) = source, target
        style_s, style_t = self.learner.styles(levels_s), self.learner.styles(levels_t)
        mapped = self.learner.mapped(levels_s)
        texts_s, logits_s = self.classify(feature_s, style_s, style_t, self.learner.contents(levels_s))
        texts_t, logits_t = self.classify(feature_t, style_s, style_t, self.learner.contents(levels_t))
        chances = F.normalize(logits_t.softmax(-1), dim=0)
        entropy = -(chances * torch.log(chances + 1e-8)).sum(1).mean()
        divergence = F.kl_div(texts_s.log_softmax(1), texts_t.softmax(1), reduction="sum") / len(labels)
        terms = {
            "crossEntropy": F.cross_entropy(logits_s, labels),
            "styleMapping": F.mse_loss(mapped, style_s),
            "entropy": entropy,
            "divergence": divergence,
        }
        return {**terms, "total": sum(weight * terms[name] for name, weight in LOSS_WEIGHTS.items())}


def as_it_is(work):
    return work


def ad_clip_step(shared, images, kept, compiled):
    model = AdClip(shared).train()
    losses, encode = compiled(model.losses), compiled(model.encode)
    optimizer = torch.optim.Adam(model.learner.parameters(), lr=0.01, weight_decay=5e-4)
    labels = torch.arange(images)
    pictures = [torch.randn(images, 3, 224, 224) for _ in range(2)]
    features = [encode(batch) for batch in pictures] if kept else None

    def run():
        source, target = features if kept else (encode(batch) for batch in pictures)
        optimizer.zero_grad()
        losses(source, target, labels)["total"].backward()
        optimizer.step()

    return run


def image_features(name, batch, compiled):
    model = {"ViT-B/32": lambda: VisionTransformer(32), "ViT-B/16": lambda: VisionTransformer(16)}.get(
        name, ModifiedResNet
    )().eval()
    images = torch.randn(batch, 3, 224, 224)

    def features(images):
        feature, levels = model(images)
        return feature, [moments(level) for level in levels]

    encode = compiled(features)

    def run():
        with torch.no_grad():
            return encode(images)

    return run


def text_tower(compiled):
    model = TextEncoder()
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    prompts = (torch.randn(16, 77, 512) * 0.02).requires_grad_()
    ends, cotangent = torch.full((16,), 76), torch.randn(16, 512)
    encode = compiled(model)

    def run():
        prompts.grad = None
        (encode(prompts, ends) * cotangent).sum().backward()

    return run


def matrix_product():
    x, w = torch.randn(1576, 768), torch.randn(768, 3072)
    return lambda: x @ w


def workload(peer, case):
    compiled = torch.compile if peer.endswith(", compiled") else as_it_is
    if case.startswith("matrix product"):
        return matrix_product()
    if case.startswith("text tower"):
        return text_tower(compiled)
    if case.startswith("image features"):
        _, name, batch = case.split(", ")
        return image_features(name, int(batch.split(" ")[1]), compiled)
    # As released, one image of each domain stands for four: see the case's scale.
    shared = peer.startswith("pytorch, shared prefix")
    return ad_clip_step(shared, 4 if shared else 1, case.endswith("kept features"), compiled)


def main(peer, case):
    def prepared():
        run = workload(peer, case)
        return lambda: to_its_end(run, peer.endswith(", bfloat16"))

    take_part(about(), prepared)


if __name__ == "__main__":
    main(*sys.argv[1:3])
