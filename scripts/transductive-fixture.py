"""The formulas of ZLaP, TransCLIP, StatA, alignment and the gate of Gated TransCLIP, in numpy, on a few images: JSON on stdout.

Dense tables and loops over images and classes, so that each line can be compared with a formula. The code of the authors
is followed where a paper leaves a number open: 1/50 for log densities, 1/(2n) for n neighbours, 8 first images of a class.
"""
import json
import sys

try:
    import numpy as np
except ImportError:
    print(json.dumps({"tag": "Skipped", "reason": "numpy is not installed"}))
    sys.exit(0)

N, K, E, SCALE = 24, 4, 6, 20.0


def unit(x):
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def drawn():
    random = np.random.default_rng(7)
    centres = unit(random.normal(size=(K, E)))
    # The last class has no image.
    images = np.stack([centres[i % (K - 1)] + 0.45 * random.normal(size=E) for i in range(N)])
    texts = unit(centres + 0.5 * random.normal(size=(K, E)))
    return np.round(images, 6), np.round(texts, 6)


def nearest(x, n):
    """W [N,N]: the cosine of each image with its n nearest others, 0 elsewhere."""
    cosines = x @ x.T
    w = np.zeros_like(cosines)
    for i in range(len(x)):
        others = [j for j in np.argsort(-cosines[i], kind="stable") if j != i][:n]
        w[i, others] = cosines[i, others]
    return w


def zlap(x, t, k=5, gamma=5.0, alpha=0.3):
    m = K + N
    a = np.zeros((m, m))
    a[K:, K:] = np.maximum(nearest(x, k - 1), 0)
    cosines = x @ t.T
    for i in range(N):
        for c in np.argsort(-cosines[i], kind="stable")[:k]:
            a[K + i, c] = max(cosines[i, c], 0) ** gamma
    s = a + a.T
    degree = s.sum(axis=1)
    degree[degree == 0] = 1
    d = np.diag(degree ** -0.5)
    y = np.zeros((m, K))
    y[:K] = np.eye(K)
    return np.linalg.solve(np.eye(m) - alpha * d @ s @ d, y)[K:]


def log_density(x, mu, sigma):
    """Up to the determinant: [N,K], with a row of variances for each class."""
    return np.array([[-0.5 * ((xi - mk) ** 2 / sk).sum() for mk, sk in zip(mu, sigma)] for xi in x])


def z_update(own, y, w, z, n, laplacian=1.0):
    for _ in range(5):
        z = softmax(np.log(y) + own / 50 + laplacian * (w + w.T) @ z / (2 * n))
    return z


def transclip(x, y, n=3, iterations=10):
    z, w = y, nearest(x, n)
    mu = np.zeros((K, E))
    for c in range(K):
        first = np.argsort(-z[:, c], kind="stable")[:8]
        mu[c] = (z[first, c, None] * x[first]).mean(axis=0)
    mu, sigma = unit(mu), np.full((K, E), 1 / E)
    history = []
    for _ in range(iterations + 1):
        z = z_update(log_density(x, mu, sigma), y, w, z, n)
        history.append(z)
        mu = unit((z.T @ x) / z.sum(axis=0)[:, None])
        shared = sum(z[i, c] * (x[i] - mu[c]) ** 2 for i in range(N) for c in range(K)) / N
        sigma = np.tile(shared, (K, 1))
    return history


def stata(x, t, y, n=3, iterations=10, alpha=1.0, soft=False):
    z, w = y, nearest(x, n)
    shared = sum(y[i, c] * (x[i] - t[c]) ** 2 for i in range(N) for c in range(K)) / N
    first = np.tile(shared, (K, 1))
    mu, sigma = t, first
    history = []
    for _ in range(iterations + 1):
        own = log_density(x, mu, sigma) - 0.5 * np.log(sigma).sum(axis=1)
        z = z_update(own, y, w, z, n)
        history.append(z)
        count = z.sum(axis=0) if soft else np.bincount(z.argmax(axis=1), minlength=K)
        beta = (count / (alpha + count))[:, None]
        mu = unit(beta * unit((z.T @ x) / z.sum(axis=0)[:, None]) + (1 - beta) * t)
        own_sigma = np.array([(z[:, c, None] * (x - mu[c]) ** 2).sum(axis=0) / z[:, c].sum() for c in range(K)])
        sigma = beta * own_sigma + (1 - beta) * (first + (t - mu) ** 2)
    return history


def preference(witness, present, candidate):
    """By how many standard deviations a witness sides with a candidate: over images, and over its classes; the smaller."""
    says, old, new = (p.argmax(axis=1) for p in (witness, present, candidate))
    n, k = witness.shape
    of_class = [sum(1 for s in says if s == c) + n / k / 4 for c in range(k)]
    total, coins = np.zeros(2), np.array([1.0, (k / n) ** 2])
    for i in range(n):
        if old[i] == new[i] or says[i] not in (old[i], new[i]):
            continue
        sign = 1 if says[i] == new[i] else -1
        weights = np.array([1, 1 / of_class[says[i]]])
        total, coins = total + sign * weights, coins + weights**2
    return (total / np.sqrt(coins)).min()


def cosines(x, m):
    return (x / np.linalg.norm(x, axis=1, keepdims=True)) @ (m / np.linalg.norm(m, axis=1, keepdims=True)).T


def spread(rates):
    """The share of the classes that predictions are spread over: e to the entropy of their rates, over how many classes there are."""
    return float(np.exp(-sum(r * np.log(r) for r in rates if r > 0)) / len(rates))


def table(z):
    return [[round(float(v), 10) for v in row] for row in z]


images, texts = drawn()
x = unit(images)
t = unit(texts)
logits = SCALE * x @ t.T
y = softmax(logits)
# Class means of a source: images of unit length, averaged, so that they are shorter.
means = np.round(0.8 * unit(t + 0.3 * np.random.default_rng(5).normal(size=(K, E))), 6)
# Three classifiers that know something of the same classes, in two draws.
voters = [
    [np.round(np.random.default_rng(10 * draw + v).normal(size=(N, K)) + bias * np.eye(K)[np.arange(N) % K], 6) for v, bias in enumerate((1.5, 0.2, 2.0))]
    for draw in (1, 2)
]
print(
    json.dumps(
        {
            "tag": "Computed",
            "numpy": np.__version__,
            "scale": SCALE,
            "images": images.tolist(),
            "texts": texts.tolist(),
            "neighbours": [sorted(int(j) for j in np.nonzero(row)[0]) for row in nearest(x, 3)],
            "zlap": table(zlap(x, t)),
            "zlapFew": table(zlap(x, t, k=2, gamma=2.0, alpha=0.9)),
            "transclip": [table(z) for z in transclip(x, y)],
            "stata": [table(z) for z in stata(x, t, y)],
            "stataSoft": [table(z) for z in stata(x, t, y, alpha=3.0, soft=True)],
            "preferences": [
                {"witness": w.tolist(), "present": p.tolist(), "candidate": c.tolist(), "deviations": preference(w, p, c)}
                for w, p, c in voters
            ],
            "means": means.tolist(),
            "plain": table(cosines(x, means)),
            "centred": table(cosines(x - x.mean(axis=0), means - means.mean(axis=0))),
            "zeroShotSpread": spread(y.mean(axis=0)),
            "alignment": table(softmax(logits - 0.5 * np.log(y.mean(axis=0)))),
        }
    )
)
