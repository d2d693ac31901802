"""The computed numbers of the card quantization/calibration_entropy, in the order of its tables, row by row."""

import math

import numpy as np

from minicompress.quantization.activations import entropy_threshold

GIVEN = {
    "100,000": "how many values the tables assume",
    "99.9": "a percentile",
    "2.13": "the PyTorch version the differences were measured on",
}

BINS = 2048


def numbers():
    rng = np.random.default_rng(0)
    data = {
        "normal": rng.normal(size=100_000),
        "Laplace": rng.laplace(size=100_000),
        "normal with one outlier": np.append(rng.normal(size=100_000), 50.0),
    }
    table = {}
    for name, x in data.items():
        for method, threshold in METHODS.items():
            table[f"{name}, {method}"] = f"{threshold(x, 128):.2f} / {sqnr(x, threshold(x, 128), 127):.1f} dB"
    for name, x in data.items():
        table[f"4 bits, {name}"] = f"{entropy(x, 8):.2f} / {sqnr(x, entropy(x, 8), 7):.1f} dB"
        table[f"4 bits, {name}, MSE"] = f"{mse(x, 8):.2f} / {sqnr(x, mse(x, 8), 7):.1f} dB"
    pixels = rng.integers(1, 256, 100_000) / 255
    for levels in (256, 8):
        T = entropy(pixels, levels)
        table[f"pixels, {levels} levels"] = f"{T:.4f}"
        table[f"pixels, {levels} levels, clipped"] = f"{np.mean(pixels > T):.1%}"
    return table


def entropy(x, levels):
    counts, edges = np.histogram(np.abs(x), bins=BINS, range=(0, np.abs(x).max()))
    return entropy_threshold(counts, edges[1], levels)


def mse(x, levels):
    tried = np.abs(x).max() * np.arange(1, 129) / 128
    return tried[np.argmax([sqnr(x, T, levels - 1) for T in tried])]


METHODS = {
    "min-max": lambda x, levels: np.abs(x).max(),
    "99.9": lambda x, levels: np.percentile(np.abs(x), 99.9),
    "MSE": mse,
    "entropy": entropy,
}


def sqnr(x, T, m):
    """Of symmetric codes from -m to m for [-T, T], over all values but a single one of 50."""
    s = T / m
    error = (np.clip(np.rint(x / s), -m, m) * s - x)[x < 50]
    return 10 * math.log10(np.mean(x[x < 50] ** 2) / np.mean(error**2))
