"""The computed numbers of the card quantization/per_channel, in the order of its tables, row by row."""

import math

import numpy as np

from minicompress.nn import zoo
from minicompress.quantization import dequantize, quantization_report, quantize, symmetric_scales

GIVEN = {
    "0.01": "the smallest range that trap and table assume",
    "2.13": "the PyTorch version the differences were measured on",
    "2%": "abstract of arXiv:1806.08342",
    "1.0": "the scale of a channel of zeros",
}


def numbers():
    rng = np.random.default_rng(0)
    w = rng.normal(size=(64, 256)) * np.geomspace(1, 0.01, 64)[:, None]
    table = {}
    for bits in (8, 6, 4):
        for name, axis in [("tensor", None), ("output", 0), ("input", 1)]:
            table[f"{bits} bits, {name}"] = " / ".join(f"{value:.1f}" for value in decibels(w, bits, axis)) + " dB"
    model = zoo.lenet_300_100(rng=rng)
    tensor, channel = quantization_report(model, 8), quantization_report(model, 8, axis=0)
    return table | {
        "largest scale over smallest": f"{np.ptp(np.log2(symmetric_scales(w, 8, axis=0))):.1f} bits",
        "codes that the smallest channel uses at 8 bits": f"{codes_of_the_smallest(w)} / {codes_of_the_smallest(w, 0)}",
        "weights of LeNet-300-100 at 8 bits, bytes": f"{tensor.size_bytes:,} / {channel.size_bytes:,}",
        "bits of a weight with its share of the scales": (
            f"{tensor.effective_bits:.3f} / {channel.effective_bits:.3f}"
        ),
    }


def decibels(w, bits, axis):
    """SQNR over all weights, and of the channel with the smallest range."""
    s = symmetric_scales(w, bits, axis=axis)
    w2 = dequantize(quantize(w, s, bits), s, np.float64)
    for one, other in [(w, w2), (w[-1], w2[-1])]:
        error = np.mean((one - other) ** 2)
        yield 10 * math.log10(np.mean(one**2) / error)


def codes_of_the_smallest(w, axis=None):
    return len(np.unique(quantize(w, symmetric_scales(w, 8, axis=axis), 8)[-1]))
