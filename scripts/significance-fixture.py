"""p-values of paired differences by scipy, and their correction by Holm: JSON on stdout."""
import json
import sys

try:
    import numpy as np
    from scipy.stats import permutation_test
except ImportError:
    print(json.dumps({"tag": "Skipped", "reason": "scipy is not installed"}))
    sys.exit(0)


def sign_flip(d, resamples):
    r = permutation_test(
        (np.asarray(d),), np.mean, permutation_type="samples", alternative="two-sided",
        n_resamples=resamples, rng=np.random.default_rng(5),
    )
    return float(r.pvalue)


def holm(p):
    """Of each p-value, the largest of the scaled ones up to it: from the definition, not step by step."""
    m = len(p)
    s = sorted(p)
    return [max(min(1.0, (m - j) * s[j]) for j in range(m) if s[j] <= x) for x in p]


rng = np.random.default_rng(17)
exact = [
    np.round(rng.normal(mean, 1, n), 3).tolist()
    for n, mean in [(2, 1), (4, 2), (4, 0), (7, 0.5), (12, 0.4), (12, -1), (16, 0.3)]
]
# Equal and opposite differences, and none at all.
exact += [[1.0, -1.0, 2.0], [0.0, 0.0, 0.0], [0.5, 0.5, 0.5, 0.5, -0.5]]
many = [np.round(rng.normal(mean, 1, n), 3).tolist() for n, mean in [(17, 0.4), (36, 0.2), (36, 0), (40, -0.3)]]
p = [float(x) for x in np.round(rng.uniform(0, 0.2, 9), 4)] + [0.9, 0.01, 0.01]
print(json.dumps({
    "tag": "Computed",
    "exact": [{"differences": d, "p": sign_flip(d, np.inf)} for d in exact],
    "many": [{"differences": d, "p": sign_flip(d, 400_000)} for d in many],
    "holm": {"p": p, "adjusted": holm(p)},
}))
