"""Steps of trained methods, written from their papers in PyTorch, on a few features or on a small CLIP: JSON on stdout.

Everything is in double precision. For each method: its first values, its losses, the gradients of what it trains, all values after two
steps of its optimizer, and the logits of the target's images that it predicts then.
"""
import json
import math
import sys

try:
    import numpy as np
    import torch
    from torch.nn import functional as F
except ImportError:
    print(json.dumps({"tag": "Skipped", "reason": "PyTorch is not installed"}))
    sys.exit(0)

torch.set_default_dtype(torch.float64)
B, K, E, Z, H, N, SCALE = 4, 3, 6, 5, 7, 9, 8.0
RATE, DECAY = 0.05, 1e-2
random = np.random.default_rng(11)


def drawn(*shape, deviation=1.0):
    return torch.tensor(np.round(deviation * random.normal(size=shape), 6))


inputs = {
    "source": drawn(B, E),
    "target": drawn(B, E) + 0.5,
    "texts": F.normalize(drawn(K, E), dim=1),
    "labels": torch.tensor([2, 0, 1, 2]),
}
inputs["whole"] = torch.cat([drawn(N - B, E) + 0.5, inputs["target"]])
inputs["positions"] = torch.arange(N - B, N)
inputs["texts"] = torch.round(inputs["texts"], decimals=6)


def linear(name, i, o):
    return {f"{name}.weight": drawn(o, i, deviation=i ** -0.5), f"{name}.bias": drawn(o, deviation=0.1)}


def norm(name, width):
    return {f"{name}.weight": 1 + drawn(width, deviation=0.1), f"{name}.bias": drawn(width, deviation=0.1)}


def moments(name, width):
    return {f"{name}.running_mean": drawn(width, deviation=0.1), f"{name}.running_var": 1 + drawn(width).abs()}


def apply(p, name, x):
    return F.linear(x, p[f"{name}.weight"], p[f"{name}.bias"])


class Reversal(torch.autograd.Function):
    @staticmethod
    def forward(context, x, factor):
        context.factor = factor
        return x.clone()

    @staticmethod
    def backward(context, gradient):
        return -context.factor * gradient, None


class OneLoss:
    """The step of a method with one loss."""

    nesterov, decay = True, DECAY

    def trained(self, p):
        return [name for name in p if not name.endswith(self.buffers or ("\0",))]

    def optimizers(self, p, trained):
        self.main = torch.optim.SGD(
            [p[name] for name in trained], RATE, momentum=0.9, nesterov=True, weight_decay=DECAY
        )

    def step(self, p, trained):
        self.main.zero_grad()
        loss = self.loss(p)
        loss.backward()
        gradients = {name: p[name].grad.clone() for name in trained}
        self.main.step()
        return loss.item(), gradients


class Classifier(OneLoss):
    """Bottleneck and head of `tllib/alignment/dann.py`, and a discrepancy."""

    def __init__(self, discrepancy, weight, own=None):
        self.discrepancy, self.weight = discrepancy, weight
        self.own = own or {}

    def first(self):
        return {
            **linear("classifier.bottleneck", E, Z),
            **norm("classifier.norm", Z),
            **moments("classifier.norm", Z),
            **linear("classifier.head", Z, K),
            **self.own,
        }

    buffers = ("running_mean", "running_var", "discriminator.steps")

    def features(self, p, x, training):
        return F.relu(
            F.batch_norm(
                apply(p, "classifier.bottleneck", x),
                p["classifier.norm.running_mean"],
                p["classifier.norm.running_var"],
                p["classifier.norm.weight"],
                p["classifier.norm.bias"],
                training=training,
            )
        )

    def loss(self, p):
        f = self.features(p, torch.cat([inputs["source"], inputs["target"]]), True)
        y = apply(p, "classifier.head", f)
        return F.cross_entropy(y[:B], inputs["labels"]) + self.weight * self.discrepancy(p, f, y)

    def predict(self, p):
        return apply(p, "classifier.head", self.features(p, inputs["target"], False))


def mmd(p, f, y):
    """The sum over pairs of the mean of five kernels, without pairs of a row with itself."""
    d = ((f[:, None] - f[None]) ** 2).sum(2)
    sigma2 = d.detach().mean()
    k = sum(torch.exp(-d / (2 * a * sigma2)) for a in (1 / 8, 1 / 4, 1 / 2, 1, 2)) / 5
    off = 1 - torch.eye(B)
    ss, tt, st = k[:B, :B], k[B:, B:], k[:B, B:]
    return (ss * off).sum() / (B * (B - 1)) + (tt * off).sum() / (B * (B - 1)) - 2 * st.mean()


def coral(p, f, y):
    return ((torch.cov(y[:B].T) - torch.cov(y[B:].T)) ** 2).sum() / (4 * K * K)


def adversary(p, f, y):
    step = p["discriminator.steps"]
    factor = 2 / (1 + math.exp(-float(step) / 1000)) - 1
    x = Reversal.apply(f, factor)
    for layer in ("discriminator.layer1", "discriminator.layer2"):
        x = F.batch_norm(
            apply(p, layer, x), None, None, p[f"{layer}.norm.weight"], p[f"{layer}.norm.bias"], training=True
        )
        x = F.relu(x)
    d = torch.sigmoid(apply(p, "discriminator.layer3", x)).squeeze(1)
    with torch.no_grad():
        step += 1
    return 0.5 * (F.binary_cross_entropy(d[:B], torch.ones(B)) + F.binary_cross_entropy(d[B:], torch.zeros(B)))


discriminator = {
    "discriminator.steps": torch.tensor(700.0),
    **linear("discriminator.layer1", Z, H),
    **norm("discriminator.layer1.norm", H),
    **linear("discriminator.layer2", H, H),
    **norm("discriminator.layer2.norm", H),
    **linear("discriminator.layer3", H, 1),
}


def by_texts(x):
    return SCALE * F.normalize(x, dim=1) @ F.normalize(inputs["texts"], dim=1).T


class Probe(OneLoss):
    buffers = ()

    def first(self):
        return linear("probe", E, K)

    def loss(self, p):
        return F.cross_entropy(apply(p, "probe", inputs["source"]), inputs["labels"])

    def predict(self, p):
        return apply(p, "probe", inputs["target"])


class Shot(OneLoss):
    buffers = ()

    def first(self):
        return linear("adapter", E, E)

    def predict(self, p):
        return by_texts(apply(p, "adapter", inputs["target"]))

    def loss(self, p):
        q = self.predict(p).softmax(1)
        mean = q.mean(0)
        return -(q * q.log()).sum(1).mean() + (mean * mean.log()).sum()


class UniMoS:
    """The steps of the released `model.py` of TL-UESTC/UniMoS, without dropout and without new values of the weighing."""

    buffers = ("running_mean", "running_var")
    nesterov, decay = False, 0.0
    steps_per_epoch, regularisation, tau, momentum, end = 2, 0.01, 0.5, 0.99, 0.3

    def __init__(self, steps):
        self.steps = steps

    def first(self):
        epoch = self.steps // self.steps_per_epoch
        return {
            **linear("separation.vision", E, E),
            **linear("separation.text", E, E),
            **linear("bottleneck.linear", E, Z),
            **norm("bottleneck.norm", Z),
            **moments("bottleneck.norm", Z),
            "head.weight_v": drawn(K, Z),
            "head.weight_g": 1 + drawn(K, 1, deviation=0.1),
            "head.bias": drawn(K, deviation=0.1),
            **linear("weighing.fc1", E, H),
            **linear("weighing.fc2", H, 1),
            **linear("discriminator.fc1", E, H),
            **linear("discriminator.fc2", H, 1),
            "state.steps": torch.tensor(float(self.steps)),
            "state.key": torch.tensor([1, 2]),
            "state.labels": torch.tensor([0, 1, 2, 0, 1, 2, 0, 1, 2]),
            "state.rates": torch.tensor([0.2, 0.3, 0.5]),
            "state.vision_share": torch.tensor(self.share(max(epoch - 1, 0))),
            "state.weighing.fc1.weight": torch.zeros(H, E),
            "state.weighing.fc1.bias": torch.zeros(H),
            "state.weighing.fc2.weight": torch.zeros(1, H),
            "state.weighing.fc2.bias": torch.zeros(1),
        }

    def share(self, epoch):
        """`cal_l`: from 0.8 to the end in ten equal parts."""
        listed = [0.8 - i * (0.8 - self.end) / 10 for i in range(11)] + [self.end] * 100
        return listed[epoch]

    def head(self, p, x):
        v = p["head.weight_v"]
        return F.linear(x, p["head.weight_g"] * v / v.norm(dim=1, keepdim=True), p["head.bias"])

    def bottleneck(self, p, x, training):
        return F.batch_norm(
            apply(p, "bottleneck.linear", x),
            p["bottleneck.norm.running_mean"],
            p["bottleneck.norm.running_var"],
            p["bottleneck.norm.weight"],
            p["bottleneck.norm.bias"],
            training=training,
        )

    def text_logits(self, x):
        return SCALE * x @ F.normalize(inputs["texts"], dim=1).T

    def evaluated(self, p, images):
        x = F.normalize(images, dim=1)
        z = self.bottleneck(p, apply(p, "separation.vision", x), False)
        t = self.text_logits(apply(p, "separation.text", x)) - self.tau * p["state.rates"].log()
        l = p["state.vision_share"]
        return z, l * self.head(p, z) + (1 - l) * t

    def predict(self, p):
        return self.evaluated(p, inputs["target"])[1]

    def guess(self, p, epoch):
        with torch.no_grad():
            if epoch < 2:
                return by_texts(inputs["whole"]).argmax(1)
            z, y = self.evaluated(p, inputs["whole"])
            y = y.softmax(1)
            if (epoch - 1) % 2 == 0:
                return y.argmax(1)
            z = F.normalize(z, dim=1)
            centroids = (y.T @ z) / (1e-8 + y.sum(0))[:, None]
            return torch.stack([F.cosine_similarity(row, centroids).argmax() for row in z])

    def discriminate(self, p, parts):
        x = F.relu(apply(p, "discriminator.fc1", torch.cat(parts)))
        labels = torch.cat([torch.zeros(len(parts[0])), torch.ones(len(parts[1]))])
        return F.binary_cross_entropy_with_logits(apply(p, "discriminator.fc2", x).squeeze(1), labels)

    def losses(self, p):
        step = int(p["state.steps"])
        epoch = step // self.steps_per_epoch
        if step % self.steps_per_epoch == 0:
            p["state.labels"] = self.guess(p, epoch)
        x = F.normalize(torch.cat([inputs["source"], inputs["target"]]), dim=1)
        vision, text = apply(p, "separation.vision", x), apply(p, "separation.text", x)
        w = torch.sigmoid(apply(p, "weighing.fc2", apply(p, "weighing.fc1", vision[B:]))).mean()
        by_vision = self.head(p, self.bottleneck(p, vision, True))
        by_text = self.text_logits(text)
        mixed = w * by_vision[B:] + (1 - w) * by_text[B:].detach()
        pseudo = p["state.labels"][inputs["positions"]]
        q, teacher = by_text[B:].softmax(1), by_texts(inputs["target"])
        m = mixed.softmax(1)
        mean = m.mean(0)
        main = (
            F.cross_entropy(by_vision[:B], inputs["labels"])
            + F.cross_entropy(mixed, pseudo)
            + F.cross_entropy(by_text[:B], inputs["labels"])
            + (q * (by_text[B:].log_softmax(1) - teacher.log_softmax(1))).sum(1).mean()
            + self.regularisation * ((text * vision).sum(1) ** 2).sum()
            + self.regularisation * self.discriminate(p, (vision[:B], text[:B]))
            + -(m * m.log()).sum(1).mean()
            + (mean * mean.log()).sum()
        )
        modality = self.regularisation * self.discriminate(p, (vision[B:], text[B:]))
        p["state.rates"] = self.momentum * p["state.rates"] + (1 - self.momentum) * q.detach().mean(0)
        p["state.vision_share"] = torch.tensor(self.share(epoch))
        p["state.steps"] = p["state.steps"] + 1
        return main, modality

    def trained(self, p):
        return [name for name in p if not name.startswith("state.") and not name.endswith(self.buffers)]

    def optimizers(self, p, trained):
        groups = [
            {"params": [p[name]], "lr": RATE * (0.1 if name.startswith("weighing.") else 1)} for name in trained
        ]
        own = [p[name] for name in trained if name.startswith("separation.")]
        self.main = torch.optim.SGD(groups, momentum=0.9)
        self.separation = torch.optim.SGD(own, RATE, momentum=0.9)

    def step(self, p, trained):
        """Both gradients are taken before either step: what autocast saves for the second is of the weights before the first."""
        main, modality = self.losses(p)
        first = dict(zip(trained, torch.autograd.grad(main, [p[n] for n in trained], retain_graph=True)))
        separation = [n for n in trained if n.startswith("separation.")]
        second = dict(zip(separation, torch.autograd.grad(modality, [p[n] for n in separation])))
        for name in trained:
            p[name].grad = first[name].clone()
        self.main.step()
        for name in separation:
            p[name].grad = second[name].clone()
        self.separation.step()
        # As one gradient of one optimizer, with a tenth of the rate as a tenth of the gradient.
        gradients = {
            n: first[n] * (0.1 if n.startswith("weighing.") else 1) + second.get(n, torch.zeros(())) for n in trained
        }
        return main.item() + modality.item(), gradients


# A small CLIP: a vision transformer and a causal text transformer, in OpenAI's form and names.
SIDE, PATCH, WIDTH, HEADS, BLOCKS, VOCABULARY, CONTEXT, PROMPTS = 6, 3, 8, 2, 3, 20, 9, 2
GRID = SIDE // PATCH

# Its numbers are drawn apart, and leave those of the methods above as they are.
random, before = np.random.default_rng(12), random


def block(name):
    return {
        f"{name}.attn.in_proj_weight": drawn(3 * WIDTH, WIDTH, deviation=WIDTH ** -0.5),
        f"{name}.attn.in_proj_bias": drawn(3 * WIDTH, deviation=0.1),
        **linear(f"{name}.attn.out_proj", WIDTH, WIDTH),
        **norm(f"{name}.ln_1", WIDTH),
        **linear(f"{name}.mlp.c_fc", WIDTH, 4 * WIDTH),
        **linear(f"{name}.mlp.c_proj", 4 * WIDTH, WIDTH),
        **norm(f"{name}.ln_2", WIDTH),
    }


clip = {
    "visual.conv1.weight": drawn(WIDTH, 3, PATCH, PATCH, deviation=0.2),
    "visual.class_embedding": drawn(WIDTH),
    "visual.positional_embedding": drawn(1 + GRID * GRID, WIDTH),
    **norm("visual.ln_pre", WIDTH),
    **norm("visual.ln_post", WIDTH),
    "visual.proj": drawn(WIDTH, E),
    "token_embedding.weight": drawn(VOCABULARY, WIDTH),
    "positional_embedding": drawn(CONTEXT, WIDTH),
    **norm("ln_final", WIDTH),
    "text_projection": drawn(WIDTH, E),
    "logit_scale": torch.tensor(math.log(SCALE)),
}
for i in range(BLOCKS):
    clip |= block(f"visual.transformer.resblocks.{i}") | block(f"transformer.resblocks.{i}")

pixels = {name: drawn(B, 3, SIDE, SIDE) for name in ("source", "target", "strong.source", "strong.target")}

# [start] two placeholders, a name, a full stop and [end], the largest token; then padding.
prompts = torch.tensor([[18, 1, 1, 3, 2, 19, 0, 0, 0], [18, 1, 1, 4, 5, 2, 19, 0, 0], [18, 1, 1, 6, 2, 19, 0, 0, 0]])

random = before


def layer_norm(p, name, x):
    return F.layer_norm(x, x.shape[-1:], p[f"{name}.weight"], p[f"{name}.bias"])


def blocks(name, x, causal=False, deep=()):
    """The stack of blocks; `deep[i]` replaces tokens 1 to P in front of block i + 1."""
    length = x.shape[1]
    mask = torch.full((length, length), float("-inf")).triu(1) if causal else None
    for i in range(BLOCKS):
        if 0 < i <= len(deep):
            prompt = deep[i - 1].expand(x.shape[0], -1, -1)
            x = torch.cat([x[:, :1], prompt, x[:, 1 + PROMPTS :]], 1)
        b = f"{name}.resblocks.{i}"
        normed = layer_norm(clip, f"{b}.ln_1", x)
        q, k, v = (
            part.unflatten(-1, (HEADS, -1)).transpose(1, 2)
            for part in F.linear(
                normed, clip[f"{b}.attn.in_proj_weight"], clip[f"{b}.attn.in_proj_bias"]
            ).chunk(3, -1)
        )
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2).flatten(2)
        x = x + apply(clip, f"{b}.attn.out_proj", mixed)
        inner = apply(clip, f"{b}.mlp.c_fc", layer_norm(clip, f"{b}.ln_2", x))
        x = x + apply(clip, f"{b}.mlp.c_proj", inner * torch.sigmoid(1.702 * inner))
    return x


def encode_image(images, first=None, deep=()):
    """All tokens in the joint embedding, the class token first."""
    x = F.conv2d(images, clip["visual.conv1.weight"], stride=PATCH).flatten(2).transpose(1, 2)
    x = torch.cat([clip["visual.class_embedding"].expand(len(x), 1, -1), x], 1) + clip["visual.positional_embedding"]
    if first is not None:
        x = torch.cat([x[:, :1], first.expand(len(x), -1, -1), x[:, 1:]], 1)
    x = blocks("visual.transformer", layer_norm(clip, "visual.ln_pre", x), deep=deep)
    return layer_norm(clip, "visual.ln_post", x) @ clip["visual.proj"]


def encode_text(context, deep=()):
    """Features of the classes' texts, and of all their tokens."""
    x = clip["token_embedding.weight"][prompts]
    x = torch.cat([x[:, :1], context.expand(K, -1, -1), x[:, 1 + PROMPTS :]], 1) + clip["positional_embedding"]
    x = layer_norm(clip, "ln_final", blocks("transformer", x, True, deep)) @ clip["text_projection"]
    return x[torch.arange(K), prompts.argmax(1)], x


class Damp(OneLoss):
    """The steps of the released `trainers/damp.py` of TL-UESTC/DAMP, without dropout."""

    nesterov, decay = True, DECAY
    buffers = ("state.steps", "state.key")
    heads, width, layers, threshold, weight, epochs, steps_per_epoch = 2, 4, 2, 0.35, 1.5, 4, 2

    def __init__(self, steps):
        self.steps = steps

    def first(self):
        w = self.width
        layers = {}
        for i in range(self.layers):
            n = f"context_decoder.decoder.{i}"
            for a in ("self_attn", "cross_attn"):
                layers |= {f"{n}.{a}.{part}_proj.weight": drawn(w, w, deviation=0.5) for part in "qkv"}
                layers |= linear(f"{n}.{a}.proj", w, w)
            layers |= norm(f"{n}.norm1", w) | norm(f"{n}.norm2", w) | norm(f"{n}.norm3", w)
            layers |= linear(f"{n}.mlp.0", w, 4 * w) | linear(f"{n}.mlp.3", 4 * w, w)
        return {
            "prompt_learner.ctx": drawn(PROMPTS, WIDTH),
            "prompt_learner.gamma_t": torch.tensor([0.7]),
            "prompt_learner.gamma_v": torch.tensor([0.6]),
            **norm("context_decoder.memory_proj.0", E),
            **linear("context_decoder.memory_proj.1", E, w),
            **norm("context_decoder.memory_proj.2", w),
            **norm("context_decoder.text_proj.0", E),
            **linear("context_decoder.text_proj.1", E, w),
            **norm("context_decoder.out_proj.0", w),
            **linear("context_decoder.out_proj.1", w, E),
            **layers,
            "state.steps": torch.tensor(float(self.steps)),
            "state.key": torch.tensor([1, 2]),
        }

    def attend(self, p, name, x, memory):
        q, k, v = (
            F.linear(of, p[f"{name}.{part}_proj.weight"]).unflatten(-1, (self.heads, -1))
            for part, of in (("q", x), ("k", memory), ("v", memory))
        )
        weights = torch.einsum("bnkc,bmkc->bknm", q, k) * (self.width // self.heads) ** -0.5
        mixed = torch.einsum("bknm,bmkc->bnkc", weights.softmax(-1), v).flatten(2)
        return apply(p, f"{name}.proj", mixed)

    def decode(self, p, x, memory):
        d = "context_decoder"
        memory = layer_norm(
            p, f"{d}.memory_proj.2", apply(p, f"{d}.memory_proj.1", layer_norm(p, f"{d}.memory_proj.0", memory))
        )
        x = apply(p, f"{d}.text_proj.1", layer_norm(p, f"{d}.text_proj.0", x))
        for i in range(self.layers):
            n = f"{d}.decoder.{i}"
            q = layer_norm(p, f"{n}.norm1", x)
            x = x + self.attend(p, f"{n}.self_attn", q, q)
            x = x + self.attend(p, f"{n}.cross_attn", layer_norm(p, f"{n}.norm2", x), memory)
            x = x + apply(p, f"{n}.mlp.3", F.gelu(apply(p, f"{n}.mlp.0", layer_norm(p, f"{n}.norm3", x))))
        return apply(p, f"{d}.out_proj.1", layer_norm(p, f"{d}.out_proj.0", x))

    def forward(self, p, images):
        """Logits, those of images among the texts of all images, and the feature."""
        with torch.no_grad():
            visual = encode_image(images)
        texts, states = encode_text(p["prompt_learner.ctx"])
        n = len(images)
        texts = texts.expand(n, -1, -1)
        context = states[0, :PROMPTS].expand(n, -1, -1)
        feature = visual[:, 0]
        v = feature + p["prompt_learner.gamma_v"] * self.decode(p, feature[:, None], context)[:, 0]
        t = texts + p["prompt_learner.gamma_t"] * self.decode(p, texts, visual)
        v, t = F.normalize(v, dim=1), F.normalize(t, dim=2)
        return (
            SCALE * torch.einsum("bc,bkc->bk", v, t),
            SCALE * torch.einsum("ac,bkc->abk", v, t).mean(-1),
            feature,
        )

    def loss(self, p):
        x, x_instances, _ = self.forward(p, pixels["source"])
        u, u_instances, feature = self.forward(p, pixels["target"])
        x2, u2 = self.forward(p, pixels["strong.source"])[0], self.forward(p, pixels["strong.target"])[0]
        step = p["state.steps"]
        mix = (int(step) // self.steps_per_epoch) / self.epochs
        pseudo = (u.softmax(1) * mix + by_texts(feature).softmax(1) * (1 - mix)).detach()
        most, guessed = pseudo.max(1)
        sure = most.ge(self.threshold).double()

        def on_guesses(y):
            if sure.sum() == 0:
                return torch.tensor(0.0)
            return (F.cross_entropy(y, guessed, reduction="none") * sure).sum() / sure.sum()

        def instances(y):
            own = torch.arange(B)
            return (F.cross_entropy(y, own) + F.cross_entropy(y.T, own)) / 2

        q = u.softmax(1)
        mean = q.sum(0) / B + 1e-5
        information = -(q * torch.log(q + 1e-5)).sum() / B + (mean * mean.log()).sum()
        with torch.no_grad():
            step += 1
        return (
            F.cross_entropy(x, inputs["labels"])
            + F.cross_entropy(x2, inputs["labels"])
            + self.weight * (on_guesses(u) + on_guesses(u2))
            + instances(x_instances)
            + instances(u_instances)
            + information
        )

    def predict(self, p):
        return self.forward(p, pixels["target"])[0]


class Pda(OneLoss):
    """The steps of the released `trainers/da/pda.py` of BaiShuanghao/Prompt-based-Distribution-Alignment."""

    buffers = ("running_mean", "running_var", "bank.source", "bank.target")
    shared, threshold, beta, aligned, hidden = 1, 0.4, 0.1, 0.5, max(E // 8, 1)

    def first(self):
        pre = "alignment.pre_project"
        return {
            "prompt_learner.ctx": drawn(PROMPTS, WIDTH),
            **linear("prompt_learner.proj", WIDTH, WIDTH),
            **{f"prompt_learner.deep_ctx.{i}": drawn(PROMPTS, WIDTH) for i in range(BLOCKS - 1)},
            **linear("prompt_learner.deep_prompt_proj.0", WIDTH, WIDTH),
            "prompt_learner.deep_vctx.1": drawn(PROMPTS, WIDTH),
            **linear(f"{pre}.0", E, self.hidden),
            **norm(f"{pre}.1", self.hidden),
            **moments(f"{pre}.1", self.hidden),
            **linear(f"{pre}.3", self.hidden, self.hidden),
            **norm(f"{pre}.4", self.hidden),
            **moments(f"{pre}.4", self.hidden),
            **linear(f"{pre}.6", self.hidden, 3 * E),
            **linear("alignment.post_project.0", E, E),
            "bank.source": F.normalize(drawn(K, E), dim=1).round(decimals=6),
            "bank.target": 0.6 * F.normalize(drawn(K, E), dim=1).round(decimals=6),
        }

    def project(self, p, x, training):
        pre = "alignment.pre_project"
        for layer, n in ((0, 1), (3, 4)):
            x = F.batch_norm(
                apply(p, f"{pre}.{layer}", x),
                p[f"{pre}.{n}.running_mean"],
                p[f"{pre}.{n}.running_var"],
                p[f"{pre}.{n}.weight"],
                p[f"{pre}.{n}.bias"],
                training=training,
            )
            x = F.relu(x)
        x = apply(p, f"{pre}.6", x).unflatten(-1, (E, 3))
        return x[..., 0], x[..., 1], x[..., 2]

    def align(self, p, texts, feature, training):
        q, _, _ = self.project(p, feature, training)
        _, ks, vs = self.project(p, p["bank.source"], training)
        _, kt, vt = self.project(p, p["bank.target"], training)
        logits = 0
        for k, v in ((ks, vs), (kt, vt)):
            moved = feature + apply(p, "alignment.post_project.0", (0.1 * q @ k.T).softmax(-1) @ v)
            logits = logits + self.beta * SCALE * F.normalize(moved, dim=1) @ texts.T
        return logits

    def features(self, p, images):
        learner = "prompt_learner"
        deep_texts = [p[f"{learner}.deep_ctx.{i}"] for i in range(BLOCKS - 1)]
        deep_images = [apply(p, f"{learner}.deep_prompt_proj.0", deep_texts[0]), p[f"{learner}.deep_vctx.1"]]
        first = apply(p, f"{learner}.proj", p[f"{learner}.ctx"])
        texts = encode_text(p[f"{learner}.ctx"], deep_texts)[0]
        return F.normalize(texts, dim=1), F.normalize(encode_image(images, first, deep_images)[:, 0], dim=1)

    def loss(self, p):
        texts, feature = self.features(p, pixels["source"])
        logits, aligned = SCALE * feature @ texts.T, self.align(p, texts, feature, True)
        on_source = F.cross_entropy(logits, inputs["labels"]) + F.cross_entropy(aligned, inputs["labels"])
        texts, feature = self.features(p, pixels["target"])
        logits, aligned = SCALE * feature @ texts.T, self.align(p, texts, feature, True)
        with torch.no_grad():
            most, guessed = by_texts(encode_image(pixels["target"])[:, 0]).softmax(1).max(1)
        sure = most.ge(self.threshold).double()
        if sure.sum() == 0:
            return on_source
        on_target = sum(
            (F.cross_entropy(y, guessed, reduction="none") * sure).sum() / sure.sum() for y in (aligned, logits)
        )
        return on_source + on_target

    def predict(self, p):
        texts, feature = self.features(p, pixels["target"])
        return SCALE * feature @ texts.T + self.aligned * self.align(p, texts, feature, False)


methods = {
    "linear-probe": Probe(),
    "dann": Classifier(adversary, 1.0, discriminator),
    "mmd": Classifier(mmd, 5.0),
    "coral": Classifier(coral, 1.0),
    "shot-im": Shot(),
    "unimos in its first epoch": UniMoS(0),
    "unimos in an even epoch": UniMoS(4),
    "unimos in an odd epoch": UniMoS(6),
    "damp in its first epoch": Damp(0),
    "damp in its last epoch": Damp(6),
    "pda": Pda(),
}


def value(x):
    return {"shape": list(x.shape), "data": [round(float(v), 12) for v in x.detach().reshape(-1)]}


def steps(method):
    p = {name: x.clone() for name, x in method.first().items()}
    first = {name: value(x) for name, x in p.items()}
    trained = method.trained(p)
    for name in trained:
        p[name].requires_grad_(True)
    method.optimizers(p, trained)
    taken = [method.step(p, trained) for _ in range(2)]
    return {
        "nesterov": method.nesterov,
        "weightDecay": method.decay,
        "first": first,
        "losses": [loss for loss, _ in taken],
        "gradients": {name: value(x) for name, x in taken[0][1].items()},
        "last": {name: value(x) for name, x in p.items() if name != "state.key"},
        "logits": value(method.predict(p)),
    }


print(
    json.dumps(
        {
            "tag": "Computed",
            "torch": torch.__version__,
            "scale": SCALE,
            "rate": RATE,
            "inputs": {name: value(x) for name, x in inputs.items()},
            "clip": {name: value(x) for name, x in clip.items()},
            "pixels": {name: value(x) for name, x in pixels.items()},
            "prompts": value(prompts),
            "methods": {name: steps(method) for name, method in methods.items()},
        }
    )
)
