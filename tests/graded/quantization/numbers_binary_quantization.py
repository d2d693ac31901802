"""The computed numbers of the card quantization/binary_quantization, in the order of its tables, row by row."""

import math

import numpy as np

from minicompress.nn import zoo
from minicompress.quantization.binary import binarize, pack_signs, relative_error

GIVEN = {
    "100,000": "how many weights the table draws",
    "0.1": "the smallest range that the table assumes",
    "0.05": "the standard deviation that trap and table assume",
    "0.0": "zero, which has a sign of its own in floats",
    "2.13": "the PyTorch version the differences were measured on",
}

SAMPLES = 100_000


def numbers():
    rng = np.random.default_rng(0)
    w = rng.normal(0, 0.05, SAMPLES)
    q, alpha = binarize(w)
    t = best_cut()
    channels = rng.normal(0, 1, (64, 1000)) * np.geomspace(1, 0.1, 64)[:, None]
    others = rng.uniform(-1, 1, SAMPLES), rng.laplace(size=SAMPLES)
    weights, whole = lenet_bytes()
    return {
        "sign with alpha, form": f"{1 - 2 / math.pi:.1%}",
        "sign with alpha": percent(w, alpha * q),
        "{0, b} at the best cut, form": f"{1 - kept(t):.1%}",
        "{0, b} at the best cut": percent(w, above(w, t * 0.05)),
        "{0, b} cut at 0, form": f"{1 - kept(0):.1%}",
        "{0, b} cut at 0": percent(w, above(w, 0)),
        "sign with max, form": "-",
        "sign with max": percent(w, np.abs(w).max() * q),
        "sign with 1, form": f"{1 - 2 * math.sqrt(2 / math.pi) / 0.05 + 1 / 0.05**2:.0f}x",
        "sign with 1": f"{relative_error(w, q):.0f}x",
        "{0, 1}, form": f"{1 - 2 * math.sqrt(0.5 / math.pi) / 0.05 + 0.5 / 0.05**2:.0f}x",
        "{0, 1}": f"{relative_error(w, (w > 0).astype(float)):.0f}x",
        "best cut": f"{t:.3f}",
        "distributions": " / ".join(percent(v, np.multiply(*binarize(v))) for v in (others[0], w, others[1])),
        "channels": " / ".join(percent(channels, np.multiply(*binarize(channels, axis=axis))) for axis in (None, 0)),
        "bytes of the weights": f"{weights[0]:,} / {weights[1]:,} ({weights[0] / weights[1]:.0f}x)",
        "bytes with scales and biases": f"{whole[0]:,} / {whole[1]:,} ({whole[0] / whole[1]:.1f}x)",
        "share of scales and biases": f"{1 - weights[1] / whole[1]:.1%}",
    }


def percent(w, approximation):
    return f"{relative_error(w, approximation):.1%}"


def above(w, cut):
    """The best approximation with the values 0 and b: b where w is above the cut."""
    return (w > cut) * w[w > cut].mean()


def kept(t):
    """Share of the sum of squares that {0, b} keeps of N(0, 1) cut at t: phi(t)^2 / (1 - Phi(t))."""
    return math.exp(-t * t) / (2 * math.pi) / (0.5 * math.erfc(t / math.sqrt(2)))


def best_cut():
    grid = np.linspace(0, 2, 20_001)
    return float(grid[np.argmax([kept(t) for t in grid])])


def lenet_bytes():
    """(float32, binary) of the weights, and of weights with one float32 scale for each output and the biases."""
    layers = [layer for layer in zoo.lenet_300_100(rng=np.random.default_rng(0)).layers if layer.weights]
    dense = sum(layer.weight.value.nbytes for layer in layers)
    bits = sum(-(-layer.weight.size // 8) for layer in layers)
    biases = sum(layer.bias.value.nbytes for layer in layers)
    assert bits <= sum(pack_signs(layer.weight.value).size_bytes for layer in layers)
    return (dense, bits), (dense + biases, bits + 2 * biases)
