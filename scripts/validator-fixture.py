"""The formulas of the validators, written from their papers in numpy, on drawn logits: JSON on stdout."""
import json
import sys
from math import exp, lgamma, log

try:
    import numpy as np
except ImportError:
    print(json.dumps({"tag": "Skipped", "reason": "numpy is not installed"}))
    sys.exit(0)


def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def entropy(p):
    return -(p * np.log(p)).sum(axis=-1)


def snd(p, temperature=0.05):
    f = p / np.linalg.norm(p, axis=1, keepdims=True)
    s = f @ f.T / temperature
    np.fill_diagonal(s, -np.inf)
    q = softmax(s)
    return float(-(q * np.log(np.where(q > 0, q, 1))).sum(axis=1).mean())


def dev(source, labels, target, ridge=1.0):
    x = np.concatenate([source, target])
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    x = np.hstack([x, np.ones((len(x), 1))])
    y = np.concatenate([np.zeros(len(source)), np.ones(len(target))])
    held = np.append(np.full(x.shape[1] - 1, ridge), 1e-9)
    w = np.zeros(x.shape[1])
    # Plain gradient descent: slow, and another road to the only optimum.
    for _ in range(200_000):
        gradient = x.T @ (1 / (1 + np.exp(-x @ w)) - y) + held * w
        if np.abs(gradient).max() < 1e-11:
            break
        w -= 0.02 * gradient
    chance = 1 / (1 + np.exp(-x[: len(source)] @ w))
    weight = len(source) / len(target) * chance / (1 - chance)
    loss = -np.log(softmax(source)[np.arange(len(source)), labels]) * weight
    covariance = np.cov(loss, weight, ddof=0)
    eta = -covariance[0, 1] / covariance[1, 1]
    return float(loss.mean() + eta * weight.mean() - eta)


def far(x, k):
    chosen = [int(((x - x.mean(axis=0)) ** 2).sum(axis=1).argmax())]
    while len(chosen) < k:
        distance = np.min([((x - x[c]) ** 2).sum(axis=1) for c in chosen], axis=0)
        chosen.append(int(distance.argmax()))
    return x[chosen]


def kmeans(x, k):
    centres, before = far(x, k), None
    while True:
        clusters = ((x[:, None] - centres[None]) ** 2).sum(axis=2).argmin(axis=1)
        if before is not None and (clusters == before).all():
            return clusters
        before = clusters
        centres = np.array([x[clusters == c].mean(axis=0) for c in range(k)])


def choose(n, k):
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def ami(a, b):
    n = len(a)
    table = np.array([[((a == i) & (b == j)).sum() for j in np.unique(b)] for i in np.unique(a)])
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    information = sum(
        c / n * log(n * c / (rows[i] * columns[j])) for (i, j), c in np.ndenumerate(table) if c > 0
    )
    expected = 0.0
    for r in rows:
        for c in columns:
            for k in range(max(1, r + c - n), min(r, c) + 1):
                # Of n items r are marked; c are taken; k of them are marked.
                chance = exp(choose(r, k) + choose(n - r, c - k) - choose(n, c))
                expected += k / n * log(n * k / (r * c)) * chance
    average = (entropy(rows / n) + entropy(columns / n)) / 2
    return float((information - expected) / (average - expected))


random = np.random.default_rng(11)
K = 4
labels = np.arange(30) % K
truth = np.arange(42) % K
source = np.round(1.5 * random.normal(size=(30, K)) + 2 * np.eye(K)[labels], 5)
target = np.round(1.5 * random.normal(size=(42, K)) + 1.5 * np.eye(K)[truth] + [0.8, 0, -0.4, 0], 5)
p = softmax(target)
right = source.argmax(axis=1) == labels
print(
    json.dumps(
        {
            "tag": "Computed",
            "source": source.tolist(),
            "labels": labels.tolist(),
            "target": target.tolist(),
            "scores": {
                "source-accuracy": float(np.mean([right[labels == k].mean() for k in range(K)])),
                "entropy": float(-entropy(p).mean()),
                "mutual-information": float(entropy(p.mean(axis=0)) - entropy(p).mean()),
                "snd": snd(p),
                "bnm": float(np.linalg.norm(p, "nuc") / len(p)),
                "dev": -dev(source, labels, target),
                "class-ami": ami(target.argmax(axis=1), kmeans(target, K)),
            },
        }
    )
)
