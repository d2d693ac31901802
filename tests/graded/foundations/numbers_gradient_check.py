"""The computed numbers of the card foundations/gradient_check, in the order of its tables, row by row."""

import math

import numpy as np

from minicompress.nn import zoo

GIVEN = {}

ROUNDING = {dtype: float(np.finfo(dtype).eps) / 2 for dtype in (np.float64, np.float32)}


def numbers():
    table = {}
    for h in (1e-1, 1e-3, 1e-5, 1e-7):
        table[f"{h}: one-sided"] = f"{one_sided(h):.1e}"
        table[f"{h}: central"] = f"{central(h):.1e}"
        table[f"{h}: rounding, float64"] = f"{ROUNDING[np.float64] / h:.1e}"
        table[f"{h}: rounding, float32"] = f"{ROUNDING[np.float32] / h:.1e}"
    parameters = sum(p.size for p in zoo.lenet_300_100(rng=np.random.default_rng(0)).parameters())
    return table | {
        "best h": " / ".join(f"{best_step(dtype):.0e}" for dtype in ROUNDING),
        "every entry": f"{2 * parameters:,}",
        "projection": "2",
        "near a kink": f"{2e-5 / math.sqrt(2 * math.pi) * 100:.4f}%",
    }


def one_sided(h):
    """Error of (e^h - 1) / h, the slope of e^x at 0, which is 1."""
    return math.expm1(h) / h - 1


def central(h):
    """Error of (e^h - e^-h) / 2h = sinh(h) / h, by its series, which does not cancel."""
    return h**2 / 6 + h**4 / 120


def best_step(dtype):
    """The h at which h^2 / 6 + rounding / h is least."""
    return (3 * ROUNDING[dtype]) ** (1 / 3)
