"""The computed numbers of the card foundations/linear_backward, in the order of its tables, row by row."""

import numpy as np

from minicompress.nn import Linear, zoo

GIVEN = {}

N = 100


def numbers():
    layers = [layer for layer in zoo.lenet_300_100(rng=np.random.default_rng(0)).layers if isinstance(layer, Linear)]
    forward = [N * layer.macs((layer.in_features,)) for layer in layers]
    table = {}
    for layer, macs in zip(layers, forward, strict=True):
        name = f"{layer.in_features} to {layer.out_features}"
        table[f"{name}: forward"] = f"{macs:,}"
        table[f"{name}: dx and dw"] = f"{2 * macs:,}"
        table[f"{name}: bytes"] = f"{N * layer.in_features * layer.weights[0].itemsize:,}"
    return table | {
        "the first dx": f"{forward[0] / (2 * sum(forward)):.1%}",
        "one transpose too many": f"{transposed():.1f}",
        "divided by n again": f"{divided_again():g}",
    }


def transposed():
    """Relative error of dy w^T against the layer's dx, for the arrays of the card's example."""
    x, w, dy = np.random.default_rng(0).normal(size=(3, 4, 4))
    layer = Linear(4, 4, rng=np.random.default_rng(0)).astype(np.float64)
    layer.weight.value[...] = w
    layer.forward(x)
    dx = layer.backward(dy)
    return np.linalg.norm(dy @ w.T - dx) / np.linalg.norm(dx)


def divided_again():
    """|dw / n| over |dw| of the layer."""
    rng = np.random.default_rng(0)
    layer = Linear(4, 3, rng=rng)
    layer.forward(rng.normal(size=(N, 4)))
    layer.backward(rng.normal(size=(N, 3)))
    dw = layer.weight.grad
    return np.linalg.norm(dw / N) / np.linalg.norm(dw)
