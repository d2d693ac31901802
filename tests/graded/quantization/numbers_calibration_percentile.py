"""The computed numbers of the card quantization/calibration_percentile, in the order of its tables, row by row."""

import math

import numpy as np

from minicompress.quantization import MinMaxObserver, PercentileObserver, affine_dequantize, affine_quantize
from minicompress.quantization.activations import MSEObserver, saturation_ratio

GIVEN = {
    "100,000": "how many activations the tables assume",
    "99.9": "a percentile",
    "99.99": "a percentile",
    "2.13": "the PyTorch version the differences were measured on",
    "99.9%": "the share of values that the question asks for",
    "1.5": "a factor of the inputs",
    "0.25": "a factor of the inputs",
}


def numbers():
    rng = np.random.default_rng(0)
    x = np.maximum(rng.laplace(size=100_000), 0)  # after a ReLU, with a long tail
    table = {}
    for name, make in CALIBRATIONS.items():
        for bits in (8, 4):
            low, high = calibrated(make(bits), x)
            s, z = calibrated_grid(make(bits), x, bits)
            y = affine_dequantize(affine_quantize(x, s, z, bits), s, z, np.float64)
            table[f"{name}, {bits} bits: T"] = f"{max(high, -low):.2f}"
            table[f"{name}, {bits} bits: SQNR"] = f"{10 * math.log10(np.mean(x**2) / np.mean((x - y) ** 2)):.1f} dB"
    s, z = calibrated_grid(PercentileObserver(99.9), x, 8)
    for factor in (1, 1.5, 2, 4, 0.25):
        table[f"inputs times {factor:g}"] = f"{saturation_ratio(factor * x, s, z, 8):.2%}"
    return table


CALIBRATIONS = {
    "min-max": lambda bits: MinMaxObserver(),
    "99.99": lambda bits: PercentileObserver(99.99),
    "99.9": lambda bits: PercentileObserver(99.9),
    "99": lambda bits: PercentileObserver(99),
    "MSE": MSEObserver,
}


def calibrated(observer, x):
    observer.observe(x)
    return observer.range()


def calibrated_grid(observer, x, bits):
    observer.observe(x)
    return observer.parameters(bits)
