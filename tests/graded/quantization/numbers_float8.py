"""The computed numbers of the card quantization/float8, in the order of its tables, row by row."""

import math

import numpy as np

from minicompress.quantization import dequantize, quantize, symmetric_scale
from minicompress.quantization.formats import FLOAT8_E4M3, FLOAT8_E5M2, decode_float, round_to_float

GIVEN = {
    "0.05": "the standard deviation of the weights that the table assumes",
    "0.001": "the standard deviation of the weights of the trap",
    "100,000": "how many weights and gradients the tables assume",
    "2.13": "the PyTorch version the differences were measured on",
}

FORMATS = (FLOAT8_E4M3, FLOAT8_E5M2)


def numbers():
    rng = np.random.default_rng(0)
    w = rng.normal(0, 0.05, 100_000)
    outlier = np.append(w, 100 * np.abs(w).max())
    gradients = 10.0 ** rng.normal(-3, 1.5, 100_000)
    table = {}
    for name, of in ROWS.items():
        table |= {f"{name}: {f.name}": of(f) for f in FORMATS}
    for name, data in [("weights", w), ("with an outlier", outlier)]:
        table |= {f"{name}: {kind}": f"{sqnr(data, w2(data)):.1f} dB" for kind, w2 in STORED.items()}
    table |= {f"gradients: {kind}": f"{np.mean(g2(gradients) == 0):.1%}" for kind, g2 in STORED.items()}
    small = 0.02 * w
    return table | {
        "small weights": f"{np.mean(round_to_float(small, FLOAT8_E4M3) == 0):.1%}",
        "small weights, scaled": f"{np.mean(STORED['e4m3'](small) == 0):.1%}",
    }


ROWS = {
    "exponent and fraction": lambda f: f"{f.exponent_bits} + {f.mantissa_bits}",
    "largest": lambda f: f"{f.max:,.0f}",
    "smallest normal": lambda f: f"{f.smallest_normal:.2e}",
    "smallest": lambda f: f"{f.smallest_subnormal:.2e}",
    "step after 1": lambda f: f"{f.epsilon:.3f}",
    "powers of two from smallest to largest": lambda f: f"{math.log2(f.max / f.smallest_subnormal):.1f}",
    "different finite numbers": lambda f: f"{np.unique(finite(f)).size}",
    "codes that are infinity or NaN": lambda f: f"{256 - finite(f).size}",
}


def finite(format):
    y = decode_float(np.arange(256), format)
    return y[np.isfinite(y)]


def scaled(format):
    def stored(w):
        s = np.abs(w).max() / format.max
        return round_to_float(w / s, format) * s

    return stored


def integers(w):
    s = symmetric_scale(w, 8)
    return dequantize(quantize(w, s, 8), s, np.float64)


STORED = {"e4m3": scaled(FLOAT8_E4M3), "e5m2": scaled(FLOAT8_E5M2), "int8": integers}


def sqnr(w, w2):
    """Over all but the largest number, which sets the scale."""
    rest = np.abs(w) < np.abs(w).max()
    return 10 * math.log10(np.mean(w[rest] ** 2) / np.mean((w - w2)[rest] ** 2))
