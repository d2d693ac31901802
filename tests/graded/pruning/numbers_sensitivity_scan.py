"""The computed numbers of the card pruning/sensitivity_scan, in the order of its tables, row by row."""

import numpy as np

from minicompress.nn import zoo
from minicompress.pruning import local_masks, sensitivity_scan

GIVEN = {
    "0.3": "an error at which the text reads the table",
    "0.45": "the same; a test reads it there too",
    "0.5": "a sparsity that the table asks for",
    "0.7": "a sparsity that the table asks for",
    "0.9": "a sparsity that the table asks for",
    "90%": "a share that the table asks for",
}

SPARSITIES = [0.5, 0.7, 0.9]


def numbers():
    model = zoo.lenet_300_100(rng=np.random.default_rng(0)).astype(np.float64)
    x = np.random.default_rng(1).random((100, 1, 28, 28))
    whole = model.forward(x)

    def error(model):
        """Relative change of the logits."""
        return np.linalg.norm(model.forward(x) - whole) / np.linalg.norm(whole)

    rows = dict(zip(("fc1", "fc2", "fc3"), sensitivity_scan(model, SPARSITIES, error), strict=True))
    rows["all"] = [error(pruned(model, share)) for share in SPARSITIES]
    table = {f"{name}: {s}": f"{e:.2f}" for name, row in rows.items() for s, e in zip(SPARSITIES, row, strict=True)}
    w = np.random.default_rng(0).normal(size=100_000)
    return table | {
        "evaluations": str(len([w for layer in model.layers for w in layer.weights]) * 9),
        "Gaussian weights, 50% pruned: of the sum of squares": f"{removed(w, 0.5):.0%}",
        "90%": f"{removed(w, 0.9):.0%}",
    }


def pruned(model, share):
    twin = model.copy()
    weights = [w for layer in twin.layers for w in layer.weights]
    for w, m in zip(weights, local_masks(twin, share), strict=True):
        w *= m
    return twin


def removed(w, share):
    """Part of the sum of squares that lies in the smallest `share` of the weights."""
    squares = np.sort(w**2)
    return squares[: round(share * w.size)].sum() / squares.sum()
