"""The computed numbers of the card distillation/kd_loss, in the order of its tables, row by row."""

import numpy as np

from minicompress.distillation import kd_loss, soft_labels
from minicompress.nn import log_softmax, softmax_cross_entropy

GIVEN = {
    "2.5": "where the lower peak of the fitted teacher lies",
    "9.5": "where its upper peak lies",
    "0.5": "a weight of the example",
    "0.9": "a weight of the soft term, a choice of the example",
    "2.13": "the PyTorch version the differences were measured on",
}

Z_T = np.array([[4.0, 1, -1], [0, 2, 3]])
Z_S = np.array([[1.0, 0, 0.5], [1, 1.5, -1]])
LABELS = np.array([0, 2])
T, ALPHA = 4.0, 0.9


def numbers():
    n, classes = Z_S.shape
    log_p_s, log_p_t = log_softmax(Z_S / T), log_softmax(Z_T / T)
    p_s, p_t = np.exp(log_p_s), np.exp(log_p_t)
    kl, slope = np.sum(p_t * (log_p_t - log_p_s)) / n, (p_s - p_t) / n
    gap = log_p_s - log_p_t
    reverse = np.sum(p_s * gap, axis=1, keepdims=True)
    log_1 = log_softmax(Z_S)
    rows = {
        "right": kd_loss(Z_S, Z_T, T),
        "no T^2": (kl, slope / T),
        "T^2 in the loss alone": (T**2 * kl, slope / T),
        "reduction mean": (T**2 * kl / classes, T * slope / classes),
        "cross-entropy": (-(T**2) * np.sum(p_t * log_p_s) / n, T * slope),
        "turned round": (T**2 * reverse.mean(), T * p_s * (gap - reverse) / n),
        "T for the teacher alone": (
            T**2 * np.sum(p_t * (log_p_t - log_1)) / n,
            T**2 * (np.exp(log_1) - p_t) / n,
        ),
    }
    table = {}
    for name, (loss, dz_s) in rows.items():
        table[f"{name}: loss"] = f"{loss:.4f}"
        table[f"{name}: gradient"] = f"{np.linalg.norm(dz_s):.4f}"
    hard, d_hard = softmax_cross_entropy(Z_S, LABELS)
    mixed, d_mixed = kd_loss(Z_S, Z_T, T, labels=LABELS, alpha=ALPHA)
    table |= {
        "hard: loss": f"{hard:.4f}",
        "hard: gradient": f"{np.linalg.norm(d_hard):.4f}",
        "mixed: loss": f"{mixed:.4f}",
        "mixed: gradient": f"{np.linalg.norm(d_mixed):.4f}",
    }
    for name, forward in {"KL(p_t || p_s)": True, "KL(p_s || p_t)": False}.items():
        p = fitted(forward)
        table[f"{name}: peak"] = f"{p.argmax() + 1}"
        table[f"{name}: on one"] = f"{p[:4].sum():.2f} / {p[7:].sum():.2f}"
        table[f"{name}: between"] = f"{p[4:7].sum():.2f}"
    return table


def fitted(forward):
    """The student with a single peak that is nearest, in the direction asked for, to a teacher with two."""
    i = np.arange(1, 12)
    p_t = soft_labels(-np.minimum((i - 2.5) ** 2, (i - 9.5) ** 2 + 0.3), 1)
    best = None
    for m in np.arange(1, 11.01, 0.25):
        for s in np.arange(0.5, 6, 0.25):
            p_s = soft_labels(-((i - m) ** 2) / (2 * s**2), 1)
            p, q = (p_t, p_s) if forward else (p_s, p_t)
            used = p > 0
            kl = np.sum(p[used] * np.log(p[used] / np.maximum(q[used], 1e-300)))
            if best is None or kl < best[0]:
                best = kl, p_s
    return best[1]
