"""The computed numbers of the card foundations/batchnorm_backward, in the order of its tables, row by row."""

import numpy as np

from minicompress.nn import BatchNorm1d

GIVEN = {
    "0.1": "the weight of the newest batch in PyTorch's running statistics",
}

SMALL_VARIANCE, EPS = 1e-4, 1e-5


def numbers():
    table = {}
    for m in (4, 16, 64, 256, 1024):
        for name, error in errors(m).items():
            table[f"{m} values: {name}"] = f"{error:.2f}"
        table[f"{m} values: unbiased over biased"] = f"{m / (m - 1):.3f}"
    return table | {
        "slope, eps inside / outside": f"{1 / np.sqrt(SMALL_VARIANCE + EPS):.1f} / "
        f"{1 / (np.sqrt(SMALL_VARIANCE) + EPS):.1f}",
        "gradient of a bias before": f"{bias_before():.2f} / {bias_before(training=False):.2f}",
        "float32 near 1000^2": f"{np.spacing(np.float32(1000**2)):.4f}",
    }


def errors(m, channels=200):
    """Relative errors of two incomplete dx of a channel of m values, for dy that know nothing of x."""
    rng = np.random.default_rng(0)
    x, dy = rng.normal(size=(2, m, channels))
    layer = BatchNorm1d(channels).astype(np.float64)
    layer.forward(x, training=True)
    dx = layer.backward(dy)
    root = np.sqrt(x.var(axis=0) + layer.eps)
    incomplete = {"constants": dy / root, "variance constant": (dy - dy.mean(axis=0)) / root}
    return {name: np.linalg.norm(wrong - dx) / np.linalg.norm(dx) for name, wrong in incomplete.items()}


def bias_before(training=True):
    """|dL/db| of a bias b that is added to x before batch normalization, relative to |dy| summed over the batch."""
    rng = np.random.default_rng(0)
    x, dy = rng.normal(size=(2, 16, 8))
    layer = BatchNorm1d(8).astype(np.float64)
    layer.forward(x, training=training)
    return np.linalg.norm(layer.backward(dy).sum(axis=0)) / np.linalg.norm(dy.sum(axis=0))
