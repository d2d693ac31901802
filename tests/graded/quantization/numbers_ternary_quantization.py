"""The computed numbers of the card quantization/ternary_quantization, in the order of its tables, row by row."""

import math
from statistics import NormalDist

import numpy as np

from minicompress.nn import zoo
from minicompress.quantization.binary import best_threshold, binarize, relative_error, ternarize

GIVEN = {
    "0.0": "what alpha is when nothing is kept",
    "0.5": "the factor that absmean amounts to",
    "0.7": "the factor of arXiv:1605.04711",
    "0.75": "the factor for normal weights in arXiv:1605.04711, from 0.6 sigma",
    "7.2": "decibels, of the 19.2% in the table",
    "1.6875": "54 bytes for 256 weights: block_tq1_0 of llama.cpp",
    "2.0625": "66 bytes for 256 weights: block_tq2_0 of llama.cpp",
    "100,000": "how many quantiles the table takes",
    "1.58": "in the name of BitNet b1.58, which is log2 3",
    "2.13": "the PyTorch version the differences were measured on",
}

SAMPLES = 100_000


def numbers():
    p = (np.arange(SAMPLES) + 0.5) / SAMPLES
    draws = {
        "uniform": 2 * p - 1,
        "normal": np.array([NormalDist(0, 0.05).inv_cdf(q) for q in p]),
        "Laplace": np.sign(p - 0.5) * -np.log1p(-np.abs(2 * p - 1)),
    }
    table = {}
    for name, factor, of in [
        ("a sign, alpha = mean of all", None, lambda w: binarize(w)[::-1]),
        ("factor 0.5", 0.5, None),
        ("factor 2/3", 2 / 3, None),
        ("factor 0.7", 0.7, None),
        ("factor 1", 1.0, None),
        ("best", None, lambda w: tern(w, best_threshold(w) / np.abs(w).mean())),
        ("absmean", None, absmean),
        ("2-bit grid", None, grid),
    ]:
        for draw, w in draws.items():
            s, q = of(w) if of else tern(w, factor)
            table[f"{name}, {draw}"] = f"{relative_error(w, s * q):.1%}"
        s, q = of(draws["normal"]) if of else tern(draws["normal"], factor)
        # Near its optimum the error is flat: which weight the threshold falls on depends on the order of a sum.
        table[f"{name}, zeros"] = f"{np.mean(q == 0):{'.0%' if name == 'best' else '.1%'}}"
    t = normal_optimum()
    count = sum(w.size for layer in zoo.lenet_300_100(rng=np.random.default_rng(0)).layers for w in layer.weights)
    return table | {
        "best factors": f"{2 / 3:.3f} / {t / math.sqrt(2 / math.pi):.3f} / {1:.3f}",
        "in standard deviations": f"{t:.3f}",
        "0.7 and best, form": f"{normal_left(0.7 * math.sqrt(2 / math.pi)):.1%} / {normal_left(t):.1%}",
        "bits": f"{math.log2(3):.3f} / {8 / 5:.3f} / {2:.3f}",
        "bytes": f"{4 * count:,} / {-(-count // 5):,} / {-(-count // 4):,}",
    }


def tern(w, factor):
    q, alpha = ternarize(w, factor=factor)
    return alpha, q


def absmean(w):
    """Round w / mean|w| to -1, 0, +1, as BitNet b1.58 does."""
    s = np.abs(w).mean()
    return s, np.clip(np.rint(w / s), -1, 1)


def grid(w):
    """The symmetric 2-bit quantizer: its step is max|w|."""
    s = np.abs(w).max()
    return s, np.rint(w / s)


def normal_left(t):
    """What is left of N(0, 1) with the threshold t: 1 - 2 phi(t)^2 / (1 - Phi(t))."""
    return 1 - math.exp(-t * t) / math.pi / (0.5 * math.erfc(t / math.sqrt(2)))


def normal_optimum():
    grid = np.linspace(0, 2, 20_001)
    return float(grid[np.argmin([normal_left(t) for t in grid])])
