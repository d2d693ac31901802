"""The computed numbers of the card quantization/integer_linear, in the order of its tables, row by row."""

import numpy as np

from minicompress.quantization.integer import FixedPointScale, FloatScale, TwiceRoundedScale

GIVEN = {
    "0.0007": "the multiplier that the table assumes",
    "100,000": "sums in the table",
    "2.13": "the PyTorch version the differences were measured on",
    "2.2": "section of arXiv:1712.05877",
    "2.4": "section of arXiv:1712.05877",
    "2.5": "a value between two codes, in the trap",
    "2.4999": "a value just below it, rounded twice",
}

SAMPLES, INPUTS = 100_000, 64
WIDEST = 255 * 127  # a code less its zero point, times a weight


def numbers():
    rng = np.random.default_rng(0)
    acc = (rng.integers(-128, 128, (SAMPLES, INPUTS)) * rng.integers(-127, 128, INPUTS)).sum(axis=1)
    m = 0.0007
    r = FixedPointScale(m)(acc)
    return {
        "one product": f"{WIDEST:,} / {WIDEST.bit_length() + 1}",
        "784 inputs": f"{784 * WIDEST:,} / {(784 * WIDEST).bit_length() + 1}",
        "inputs that overflow 16 and 32 bits": f"{(2**15 - 1) // WIDEST + 1:,} / {(2**31 - 1) // WIDEST + 1:,}",
        "M0 and shift": " / ".join(f"{int(a):,}" for a in (FixedPointScale(m).m0, FixedPointScale(m).n)),
        "bytes": f"{300 * 784 * 4 + 300 * 4:,} / {300 * 784 + 300 * 9:,}",
        "sum in 8 bits": share(r, FixedPointScale(m)(acc.astype(np.int8))),
        "sum in 16 bits": share(r, FixedPointScale(m)(acc.astype(np.int16))),
        "cut off": share(r, np.floor(acc * m)),
        "8-bit multiplier": share(r, np.floor(acc * short(m, 8) + 0.5)),
        "16-bit multiplier": share(r, np.floor(acc * short(m, 16) + 0.5)),
        "rounded twice": share(r, TwiceRoundedScale(m)(acc)),
        "in float32": share(r, FloatScale(m)(acc)),
        "mean error": f"{np.mean(np.floor(acc * m) - acc * m):.2f} / {abs(np.mean(r - acc * m)):.2f}",
    }


def short(m, bits):
    """M with a fraction of so many bits."""
    f, e = np.frexp(m)
    return np.ldexp(np.rint(np.ldexp(f, bits)), e - bits)


def share(r, other):
    """Share of the codes that differ, before clipping."""
    return f"{np.mean(r != other):.2%}"
