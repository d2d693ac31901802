"""The computed numbers of the card quantization/group_quantize, in the order of its tables, row by row."""

import itertools
import math

import numpy as np

from minicompress.quantization import dequantize, effective_bits, quantize, symmetric_scales

GIVEN = {
    "2.13": "the PyTorch version the differences were measured on",
    "4.5": "4 + 16 / 32",
}

SHAPE = (256, 1024)
SHARED = [
    ("one scale", {}),
    ("per channel", {"axis": 0}),
    *((f"groups of {g}", {"group_size": g}) for g in (256, 128, 64, 32, 16)),
]


def numbers():
    w = np.random.default_rng(0).standard_t(5, SHAPE) * 0.02
    table = {}
    for name, sharing in SHARED:
        for bits in (4, 3):
            table[f"{name}, {bits} bits: effective"] = f"{effective_bits(SHAPE, bits, scale_bits=16, **sharing):.3f}"
            table[f"{name}, {bits} bits: SQNR"] = f"{decibels(w, bits, sharing):.1f} dB"
    matrix = 4096, 4096
    return table | {
        "5 bits per channel": size_and_decibels(w, 5, axis=0),
        "5 bits in groups of 256": size_and_decibels(w, 5, group_size=256),
        "halving g: least / most": least_and_most([decibels(w, 4, {"group_size": g}) for g in (256, 128, 64, 32, 16)]),
        "decibels for each bit of scales": f"{gain_per_bit(w, 128):.1f} / {gain_per_bit(w, 32):.1f}",
        "decibels for a bit in the codes": " / ".join(f"{gain_of_a_bit(w, g):.1f}" for g in (128, 16)),
        "8 bits": " / ".join(f"{decibels(w, 8, s):.1f}" for s in ({}, {"axis": 0}, {"group_size": 32})) + " dB",
        "bytes of a 4096 x 4096 matrix at 4 bits: codes": f"{math.prod(matrix) * 4 // 8:,}",
        "scales, groups of 128 / 32": " / ".join(f"{2 * math.prod(matrix) // g:,}" for g in (128, 32)),
        "a scale and a 4-bit zero point, groups of 128 / 32": " / ".join(
            f"{effective_bits(matrix, 4, group_size=g, scale_bits=16 + 4):.3f}" for g in (128, 32)
        ),
        "float32 scales of blocks of 64, plain / quantized again": (f"{32 / 64:.3f} / {8 / 64 + 32 / (64 * 256):.3f}"),
    }


def size_and_decibels(w, bits, **sharing):
    return f"{effective_bits(SHAPE, bits, scale_bits=16, **sharing):.3f} / {decibels(w, bits, sharing):.1f} dB"


def least_and_most(values):
    gains = [after - before for before, after in itertools.pairwise(values)]
    return f"{min(gains):.1f} / {max(gains):.1f} dB"


def gain_per_bit(w, g):
    """What groups of g / 2 gain over groups of g at 4 bits, for each bit that their scales cost more."""
    return (decibels(w, 4, {"group_size": g // 2}) - decibels(w, 4, {"group_size": g})) / (16 / g)


def gain_of_a_bit(w, g):
    return decibels(w, 5, {"group_size": g}) - decibels(w, 4, {"group_size": g})


def decibels(w, bits, sharing):
    """SQNR with scales that are stored as float16."""
    s = symmetric_scales(w, bits, **sharing).astype(np.float16).astype(np.float64)
    error = w - dequantize(quantize(w, s, bits), s, np.float64)
    return 10 * math.log10(np.mean(w**2) / np.mean(error**2))
