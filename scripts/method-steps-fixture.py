"""Steps of trained methods, written from their papers in PyTorch, on a few features: JSON on stdout.

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


methods = {
    "linear-probe": Probe(),
    "dann": Classifier(adversary, 1.0, discriminator),
    "mmd": Classifier(mmd, 5.0),
    "coral": Classifier(coral, 1.0),
    "shot-im": Shot(),
    "unimos in its first epoch": UniMoS(0),
    "unimos in an even epoch": UniMoS(4),
    "unimos in an odd epoch": UniMoS(6),
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
            "methods": {name: steps(method) for name, method in methods.items()},
        }
    )
)
