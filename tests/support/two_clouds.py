"""Two clouds of points, a small MLP for them, and a short training."""

import numpy as np

from minicompress import nn


def two_clouds(n=200, seed=0):
    """Points around (-1, -1) and (1, 1), and which."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n)
    x = rng.standard_normal((n, 2)).astype(np.float32) * 0.5 + (2 * y[:, None] - 1)
    return x.astype(np.float32), y


def small_mlp(seed=0):
    return nn.zoo.mlp([2, 8, 2], rng=np.random.default_rng(seed))


def fit(model, x, y, seed=0, learning_rate=0.1, **options):
    optimizer = options.pop("optimizer", None) or nn.SGD(model.parameters(), learning_rate, momentum=0.9)
    options = {"epochs": 3, "batch_size": 20} | options
    return nn.fit(model, x, y, optimizer=optimizer, rng=np.random.default_rng(seed), **options)
