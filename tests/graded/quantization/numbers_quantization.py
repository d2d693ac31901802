"""The computed numbers of the card quantization/quantization, in the order of its tables, row by row."""

import math

import numpy as np

from minicompress.deploy import encode
from minicompress.nn import zoo
from minicompress.quantization import dequantize, quantization, quantize, symmetric_scale

GIVEN = {
    "0.05": "the standard deviation that trap and table assume",
    "0.01": "the smallest range that the table assumes",
    "8.0": "a float, which bits must not be",
    "127.5": "PyTorch's divisor: half of the 255 steps from -128 to 127",
    "2.13": "the PyTorch version the differences were measured on",
    "2.10": "the PyTorch version from which its documentation plans to delete torch.ao.quantization",
    "2%": "abstract of arXiv:1806.08342",
    "2.2": "section of arXiv:1806.08342",
}

SAMPLES = 100_000


def numbers():
    rng = np.random.default_rng(0)
    uniform, normal = rng.uniform(-1, 1, SAMPLES), rng.normal(0, 0.05, SAMPLES)
    table = {}
    for bits in (2, 3, 4, 6, 8):
        table[f"{bits} bits: codes"] = f"{2 * (2 ** (bits - 1) - 1) + 1}"
        table[f"{bits} bits: uniform"] = f"{sqnr(uniform, bits):.1f} dB"
        table[f"{bits} bits: normal"] = f"{sqnr(normal, bits):.1f} dB"
        table[f"{bits} bits: survivors of the broken step"] = f"{survivors(normal, 2 ** (bits - 1))}"
    channels = rng.normal(0, 1, (64, 1000)) * np.geomspace(1, 0.01, 64)[:, None]
    outlier = np.append(normal, 10 * np.abs(normal).max())
    dense = lenet_bytes()
    return table | {
        "20 log10 2": f"{20 * math.log10(2):.2f} dB",
        "step at 8 bits": f"{symmetric_scale(normal, 8):.5f} / {2**7}",
        "largest error": f"{np.abs(normal - round_trip(normal, 8)).max() / symmetric_scale(normal, 8):.3f}",
        "zeros with an outlier": f"{zeros(normal):.1%} / {zeros(outlier):.1%}",
        "one outlier, the others": f"{sqnr(normal, 8):.1f} / {sqnr_of_the_rest(outlier, 8):.1f} dB",
        "smallest channel": f"{smallest_channel(channels, per_channel=False):.1f} / "
        f"{smallest_channel(channels, per_channel=True):.1f} dB",
        "ReLU output": f"{sqnr(np.abs(uniform), 8):.1f} / {affine_sqnr(np.abs(uniform)):.1f} dB",
        "scales": f"{1 / 127:.7f} / {1 / 127.5:.7f} / {1 / 128:.7f}",
        "float32 bytes": f"{dense:,}",
        "8-bit bytes": f"{lenet_bytes(8):,} ({dense / lenet_bytes(8):.2f}x)",
        "4-bit bytes": f"{lenet_bytes(4):,} ({dense / lenet_bytes(4):.2f}x)",
    }


def round_trip(w, bits):
    s = symmetric_scale(w, bits)
    return dequantize(quantize(w, s, bits), s, np.float64)


def decibels(w, w2):
    return 10 * math.log10(np.mean(w**2) / np.mean((w - w2) ** 2))


def sqnr(w, bits):
    return decibels(w, round_trip(w, bits))


def zeros(w):
    """Share of the codes that are 0 at 8 bits."""
    return np.mean(round_trip(w, 8) == 0)


def survivors(w, step):
    """How many weights are not zero after round(w / step) * step."""
    return np.count_nonzero(np.round(w / step))


def sqnr_of_the_rest(w, bits):
    """SQNR over all weights but the last, which set the scale."""
    return decibels(w[:-1], round_trip(w, bits)[:-1])


def smallest_channel(w, *, per_channel):
    """SQNR at 8 bits of the last row, with its own scale or the whole array's."""
    return decibels(w[-1], round_trip(w[-1], 8) if per_channel else round_trip(w, 8)[-1])


def affine_sqnr(x, bits=8):
    """Asymmetric quantization of x >= 0: all 2^bits codes for 0..max x, so z = 0 on the unsigned grid."""
    s = x.max() / (2**bits - 1)
    return decibels(x, np.round(x / s) * s)


def lenet_bytes(bits=None):
    model = zoo.lenet_300_100(rng=np.random.default_rng(0))
    if bits:
        quantization(model, bits)
    return encode(model, bits=bits).size_bytes
