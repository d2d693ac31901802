"""The computed numbers of the card distillation/cached_logits, in the order of its tables, row by row."""

import numpy as np

from minicompress.distillation import cache_top_k, kd_loss, soft_labels, top_k_loss

GIVEN = {"2.13": "the PyTorch version the code was run with", "65,536": "what an index of two bytes can tell apart"}

Z_T = np.array([[5.0, 4, 1, 0, -1, -1]])
Z_S = np.array([[2.0, 1, 1, 0, 1, -2]])
T, K = 2.0, 2


def numbers():
    p_t, table = soft_labels(Z_T[0], T), {}
    for k in (1, 2, 3, 5, 6):
        rows = cache_top_k(Z_T, k, T)
        loss, dz_s = top_k_loss(Z_S, rows, T)
        table[f"k = {k}: kept"] = f"{p_t[:k].sum():.3f}"
        table[f"k = {k}: loss"] = f"{loss:.4f}"
        table[f"k = {k}: gradient"] = f"{np.linalg.norm(dz_s):.4f}"
    table["whole: kept"] = f"{p_t.sum():.3f}"
    whole, dz_s = kd_loss(Z_S, Z_T, T)
    table["whole: loss"], table["whole: gradient"] = f"{whole:.4f}", f"{np.linalg.norm(dz_s):.4f}"
    for name, p in best_students(p_t).items():
        table[f"{name}: first"] = f"{p[0]:.3f}"
        table[f"{name}: others together"] = f"{p[K:].sum():.3f}"
    table["a row of ten classes, whole"] = f"{10 * 4}"
    table["a row of ten classes, k = 2"] = f"{cache_top_k(np.zeros((1, 10)), 2, T).nbytes}"
    table["a row of 32,000 classes, whole"] = f"{32_000 * 4:,}"
    table["a row of 32,000 classes, k = 50"] = f"{cache_top_k(np.zeros((1, 32_000)), 50, T).nbytes}"
    return table


def best_students(p_t):
    """What a student with logits of its own for this sample ends at, by gradient descent."""
    kept = np.arange(len(p_t)) < K
    r_t, even = p_t[~kept].sum(), np.where(kept, p_t, p_t[~kept].mean())
    targets = {
        "right": lambda p: np.where(kept, p_t, r_t * p / p[~kept].sum()),
        "dropped": lambda p: np.where(kept, p_t, 0) + p * r_t,
        "renormalized": lambda p: np.where(kept, p_t, 0) / p_t[kept].sum(),
        "even": lambda p: even,
    }
    students = {}
    for name, target in targets.items():
        z = Z_S[0].copy()
        for _ in range(2000):
            p = soft_labels(z, T)
            z -= T * (p - target(p))
        students[name] = soft_labels(z, T)
    return students
