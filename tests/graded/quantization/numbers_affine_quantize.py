"""The computed numbers of the card quantization/affine_quantize, in the order of its tables, row by row."""

import math

import numpy as np

from minicompress.quantization import (
    affine_dequantize,
    affine_parameters,
    affine_quantize,
    dequantize,
    quantize,
    symmetric_scale,
)

GIVEN = {
    "0.1": "the slope that the table assumes for a leaky ReLU",
    "2.13": "the PyTorch version the differences were measured on",
    "0.0": "the real number zero",
    "0.5": "a tie",
    "0.6": "minus the low end of a range in the table",
    "1.0": "the scale of a range of zeros",
    "1.9": "the high end of a range in the table",
    "2.5": "a tie",
    "100,000": "SAMPLES",
    "1.5": "a tie, and the low end of the range of the trap",
    "2.04": "the value that trap and table take from outside the range",
    "2%": "2.04 against 2",
    "2.1": "section of both papers",
}

SAMPLES = 100_000


def numbers():
    normal = np.random.default_rng(0).normal(size=SAMPLES)
    data = {
        "normal": normal,
        "leaky ReLU": np.where(normal > 0, normal, 0.1 * normal),
        "ReLU": np.maximum(normal, 0),
        "sigmoid": 1 / (1 + np.exp(-normal)),
    }
    table = {}
    for name, x in data.items():
        for bits in (8, 4):
            table[f"{name}: symmetric, {bits} bits"] = f"{decibels(x, symmetric(x, bits)):.1f} dB"
            table[f"{name}: affine, {bits} bits"] = f"{decibels(x, affine(x, bits)):.1f} dB"
    inside = np.linspace(2, 3, 100_001)
    return table | {
        "scale of 2 to 3, with 0 / without": f"{affine_parameters(2, 3, 8)[0]:.5f} / {1 / 255:.5f}",
        "codes that 2 to 3 uses": f"{len(np.unique(affine_quantize(inside, *affine_parameters(2, 3, 8), 8)))}",
        "0.0 comes back as": "0 / " + f"{zero_with_a_float_zero_point(-0.6, 1.9):.4f}",
        "2.04 comes back as": " / ".join(f"{value:.3f}" for value in just_outside(2.04)),
        "largest error": f"{largest_error(-0.6, 1.9):.3f}",
    }


def symmetric(x, bits):
    s = symmetric_scale(x, bits)
    return dequantize(quantize(x, s, bits), s, np.float64)


def affine(x, bits):
    s, z = affine_parameters(x.min(), x.max(), bits)
    return affine_dequantize(affine_quantize(x, s, z, bits), s, z, np.float64)


def decibels(x, x2):
    return 10 * math.log10(np.mean(x**2) / np.mean((x - x2) ** 2))


def zero_with_a_float_zero_point(low, high):
    """What becomes of 0.0 at 8 bits, if -low / s is not rounded."""
    s = (high - low) / 255
    z = -low / s
    return s * (np.rint(0 + z) - z)


def just_outside(value):
    """(clipped, wrapped around): what comes back of a value above a range from -1 to 2."""
    s, z = affine_parameters(-1, 2, 8)
    return affine_dequantize(affine_quantize(value, s, z, 8), s, z), s * ((np.rint(value / s) + z) % 256 - z)


def largest_error(low, high):
    """In steps, over the range."""
    x, (s, z) = np.linspace(low, high, SAMPLES), affine_parameters(low, high, 8)
    return np.abs(x - affine_dequantize(affine_quantize(x, s, z, 8), s, z, np.float64)).max() / s
