"""The computed numbers of the card distillation/logit_matching, in the order of its tables, row by row."""

import numpy as np

from minicompress.distillation import kd_loss, logit_matching, soft_labels

GIVEN = {
    "0.5": "a logit of the example",
    "1.414": "the square root of 2, the length of the gradient of a sample that is surely wrong",
    "2.13": "the PyTorch version the differences were measured on",
}

Z_T = np.array([[6.0, 2, 0.5, -4]])
Z_S = np.array([[2.0, 1, 1, 0]])


def numbers():
    limit, d_limit = logit_matching(Z_S, Z_T)
    table = {}
    for T in (1, 4, 20, 100, 1000):
        loss, dz_s = kd_loss(Z_S, Z_T, T)
        table[f"T = {T}: loss"] = f"{loss:.4f}"
        table[f"T = {T}: over the limit"] = f"{loss / limit - 1:+.2%}"
        table[f"T = {T}: gradient"] = vector(dz_s)
    table |= {"limit: loss": f"{limit:.4f}", "limit: over the limit": "0", "limit: gradient": vector(d_limit)}
    shifted = Z_T + 5
    p = np.abs(soft_labels(shifted, 1) - soft_labels(Z_T, 1)).max()
    return table | {
        "shifted: centred": f"{logit_matching(shifted, Z_T)[0]:.1f}",
        "shifted: raw": f"{logit_matching(shifted, Z_T, centred=False)[0]:.1f}",
        "shifted: probabilities": f"{p:.1f}",
    }


def vector(row):
    return "[" + ", ".join(f"{value:.3f}" for value in np.ravel(row)) + "]"
