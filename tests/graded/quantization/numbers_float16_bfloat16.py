"""The computed numbers of the card quantization/float16_bfloat16, in the order of its tables, row by row."""

import math

import numpy as np

from minicompress.quantization import dequantize, quantize, symmetric_scale
from minicompress.quantization.formats import BFLOAT16, FLOAT16, FloatFormat, encode_float, round_to_float

GIVEN = {
    "0.05": "the standard deviation of the weights in the table",
    "100,000": "how many weights and gradients the tables assume",
    "2.13": "the PyTorch version the differences were measured on",
    "1.0078125": "1 + 2^-7, the bfloat16 after 1",
}

FLOAT32 = FloatFormat("float32", 8, 23, nan_code=0x7FC00000, infinity_code=0x7F800000)
FORMATS = (FLOAT32, FLOAT16, BFLOAT16)


def numbers():
    rng = np.random.default_rng(0)
    w = rng.normal(0, 0.05, 100_000).astype(np.float32)
    gradients = (10.0 ** rng.normal(-8, 1, 100_000)).astype(np.float32)
    table = {}
    for name, of in ROWS.items():
        table |= {f"{name}: {f.name}": of(f) for f in FORMATS}
    table |= {f"ones, {name}": f"{ones_until_it_stops(f):,}" for name, f in zip("abc", FORMATS, strict=True)}
    truncated = (w.view(np.uint32) & 0xFFFF0000).view(np.float32)
    return table | {
        "float16": f"{decibels(w, round_to_float(w, FLOAT16)):.1f} dB",
        "bfloat16": f"{decibels(w, round_to_float(w, BFLOAT16)):.1f} dB",
        "bfloat16, cut off": f"{decibels(w, truncated):.1f} dB",
        "16-bit integers": f"{decibels(w, integers(w, 16)):.1f} dB",
        "8-bit integers": f"{decibels(w, integers(w, 8)):.1f} dB",
        "gradients: float16": lost(gradients, FLOAT16),
        "gradients, times 1024: float16": lost(gradients * 1024, FLOAT16),
        "gradients: bfloat16": lost(gradients, BFLOAT16),
    }


ROWS = {
    "exponent and fraction": lambda f: f"{f.exponent_bits} + {f.mantissa_bits}",
    "largest": lambda f: "65,504" if f is FLOAT16 and f.max == 65504 else f"{f.max:.2e}",
    "smallest normal": lambda f: f"{f.smallest_normal:.2e}",
    "smallest": lambda f: f"{f.smallest_subnormal:.2e}",
    "step after 1": lambda f: f"{f.epsilon:.2e}",
}


def ones_until_it_stops(format):
    """Whole numbers below 2^(M + 1) are exact; the first that one more does not change."""
    n = 2.0 ** (format.mantissa_bits + 1) + np.arange(-8, 9)
    after = (n + 1).astype(np.float32) if format is FLOAT32 else round_to_float(n + 1, format)
    return int(n[after == n][0])


def decibels(w, w2):
    w = w.astype(np.float64)
    return 10 * math.log10(np.mean(w**2) / np.mean((w - w2) ** 2))


def integers(w, bits):
    s = symmetric_scale(w, bits)
    return dequantize(quantize(w, s, bits), s, np.float64)


def lost(x, format):
    """Share that becomes zero."""
    return f"{np.mean(encode_float(x, format) == 0):.1%}"
