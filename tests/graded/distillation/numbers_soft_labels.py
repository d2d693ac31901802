"""The computed numbers of the card distillation/soft_labels, in the order of its tables, row by row."""

import numpy as np

from minicompress.distillation import soft_labels

GIVEN = {
    "0.5": "a temperature of the table",
    "2.5": "the lower end of the best temperatures for 30 units: arXiv:1503.02531, section 3",
}

Z = np.array([8.0, 4.0, 2.0, -1.0])  # one sample, four classes


def numbers():
    table = {}
    for T in (0.5, 1, 2, 4, 8, 20):
        p = soft_labels(Z, T)
        table[f"T = {T}: p"] = "[" + ", ".join(f"{value:.3f}" for value in p) + "]"
        table[f"T = {T}: wrong classes together"] = f"{p[1:].sum():.3f}"
        table[f"T = {T}: second over third"] = f"{p[1] / p[2]:.2f}"
        table[f"T = {T}: entropy"] = f"{-np.sum(p * np.log(p)):.3f}"
    table["entropy of four equal classes"] = f"{np.log(4):.3f}"
    for dtype in (np.float16, np.float32, np.float64):
        table[f"largest z / T: {dtype.__name__}"] = f"{np.log(float(np.finfo(dtype).max)):.1f}"
    # The gap beyond which the other class has 0 in float32: half of the smallest subnormal.
    gap = -np.log(float(np.finfo(np.float32).smallest_subnormal) / 2)
    table["gap that rounds to 0"] = f"{gap:.0f}"
    table["the same at T = 20"] = f"{20 * gap:,.0f}"
    return table
