"""The computed numbers of the card quantization/batchnorm_folding, in the order of its tables, row by row."""

import math

import numpy as np

from minicompress import nn
from minicompress.quantization import dequantize, fold_batchnorm, quantize, symmetric_scale

GIVEN = {
    "2.13": "the PyTorch version the differences were measured on",
    "3.2": "section of arXiv:1712.05877",
}
CHANNELS, INPUTS, SPREAD = 64, 144, 100


def numbers():
    rng = np.random.default_rng(0)
    w = rng.normal(0, 0.05, (CHANNELS, INPUTS))
    k = np.geomspace(1, SPREAD, CHANNELS)
    folded = w * k[:, None]
    by_channel = np.array([round_trip(row) for row in folded])
    table = {
        "before folding": f"{weakest(w, round_trip(w)):.1f} dB",
        "after folding, per tensor": f"{weakest(folded, round_trip(folded)):.1f} dB",
        "after folding, per channel": f"{weakest(folded, by_channel):.1f} dB",
        "range of w and w'": f"{spread(w):.2f} / {spread(folded):.0f}",
    }
    for v in (1, 1e-2, 1e-4, 1e-6):
        table[f"eps outside, v = {v}"] = f"{math.sqrt(v + 1e-5) / (math.sqrt(v) + 1e-5):.4f}"
    plain, normed = lenet(rng, norm=False), lenet(rng, norm=True)
    return table | {
        "parameters": " / ".join(f"{numbers_in(m):,}" for m in (normed, fold_batchnorm(normed), plain)),
        "numbers through batch norm": f"{20 * 24 * 24 + 50 * 8 * 8 + 500:,}",
    }


def round_trip(w):
    s = symmetric_scale(w, 8)
    return dequantize(quantize(w, s, 8), s, np.float64)


def weakest(w, w2):
    """SQNR in dB of the channel that has the lowest."""
    return min(10 * math.log10(np.mean(a**2) / np.mean((a - b) ** 2)) for a, b in zip(w, w2, strict=True))


def spread(w):
    """Largest over smallest range of a channel."""
    ranges = np.abs(w).max(axis=1)
    return ranges.max() / ranges.min()


def lenet(rng, *, norm):
    """LeNet-5 with batch norm after both convolutions and the first linear layer, which then need no bias."""
    layers = []
    for layer in nn.zoo.lenet5(rng=rng).layers:
        layers.append(layer)
        if norm and isinstance(layer, nn.Conv2d):
            layers.append(nn.BatchNorm2d(layer.out_channels))
        elif norm and isinstance(layer, nn.Linear) and layer.out_features > 10:
            layers.append(nn.BatchNorm1d(layer.out_features))
        if isinstance(layers[-1], (nn.BatchNorm1d, nn.BatchNorm2d)):
            layer.bias = None
    return nn.Sequential(layers, input_shape=(1, 28, 28))


def numbers_in(model):
    return sum(array.size for array in model.arrays().values())
