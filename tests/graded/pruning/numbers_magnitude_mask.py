"""The computed numbers of the card pruning/magnitude_mask, in the order of its tables, row by row."""

import numpy as np

from minicompress.nn import zoo
from minicompress.pruning import magnitude_mask
from minicompress.quantization import dequantize, quantize, symmetric_scale

GIVEN = {
    "90%": "the sparsity that the table asks for",
    "10,000": "how many weights the table is computed from",
    "50%": "the sparsity asked for",
    "75%": "a sparsity that a follow-up asks for",
    "0.75": "the same as a fraction",
    "0.05": "a standard deviation that the table assumes",
    "0.29": "a sparsity whose product with 100 is not a whole number in floating point",
    "1.0": "what keeps in PyTorch's mask, and the fraction that prunes all",
    "2.13": "the PyTorch version the differences were measured on",
}


def numbers():
    table = {}
    for bits in (8, 4, 3, 2):
        w = quantized(bits)
        cut = np.sort(np.abs(w))[w.size // 2 - 1]
        table[f"{bits}: every tie goes"] = f"{np.mean(np.abs(w) <= cut):.1%}"
        table[f"{bits}: every tie stays"] = f"{np.mean(np.abs(w) < cut):.1%}"
        table[f"{bits}: by count"] = f"{np.mean(~magnitude_mask(w, 0.5)):.1%}"
    n = sum(w.size for layer in zoo.lenet_300_100(rng=np.random.default_rng(0)).layers for w in layer.weights)
    return table | {
        "0.29 * 100": repr(0.29 * 100),
        "truncated / rounded": f"{int(0.29 * 100)} / {np.count_nonzero(~magnitude_mask(np.arange(100.0), 0.29))}",
        "weights of LeNet-300-100": f"{n:,}",
        "kept at 90%": f"{n - round(0.9 * n):,}",
    }


def quantized(bits):
    """10,000 weights N(0, 0.05) on the grid of `bits` bits."""
    w = np.random.default_rng(0).normal(0, 0.05, 10_000)
    s = symmetric_scale(w, bits)
    return dequantize(quantize(w, s, bits), s)
