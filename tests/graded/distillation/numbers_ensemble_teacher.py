"""The computed numbers of the card distillation/ensemble_teacher, in the order of its tables, row by row."""

import numpy as np

from minicompress.distillation import ensemble_soft_labels, kd_loss, soft_labels

GIVEN = {"2.13": "the PyTorch version the code was run with"}

# One image, three classes. Two teachers find it a 0 that looks like a 2, the third is sure of a 1.
Z = np.array([[6.0, 0, 3], [5, 0, 3], [-6, 12, -9]])
T = 2.0
Z_S = np.array([[1.0, 0, -1]])


def numbers():
    rows = {f"teacher {m + 1}": soft_labels(Z[m], T) for m in range(3)}
    at_one = np.mean([soft_labels(z, 1) for z in Z], axis=0)
    rows |= {
        "soften, then average": ensemble_soft_labels(Z, T),
        "weights 2, 2, 1": ensemble_soft_labels(Z, T, weights=[2, 2, 1]),
        "average the logits": soft_labels(Z.mean(axis=0), T),
        "average at T = 1, then soften": at_one ** (1 / T) / np.sum(at_one ** (1 / T)),
        "softmax of the mean / T": soft_labels(at_one, T),
        "vote": np.eye(3)[Z.argmax(axis=1)].mean(axis=0),
    }
    table = {}
    for name, p in rows.items():
        table[name] = as_text(p)
        table[f"{name}: gradient"] = f"{np.linalg.norm(T * (soft_labels(Z_S, T) - p)):.3f}"
    table["T = 8: soften, then average"] = as_text(ensemble_soft_labels(Z, 8))
    table["T = 8: average at T = 1, then soften"] = as_text(at_one ** (1 / 8) / np.sum(at_one ** (1 / 8)))
    each = [kd_loss(Z_S, z[None], T)[1] for z in Z]
    table["mean of the three gradients"] = f"{np.linalg.norm(np.mean(each, axis=0)):.3f}"
    n, C, M, epochs = 60_000, 10, 5, 20
    table["forwards of the teachers, 20 epochs"] = f"{M * n * epochs:,}"
    table["forwards if the answers are kept"] = f"{M * n:,}"
    table["bytes of the mean, float32"] = f"{n * C * 4:,}"
    return table


def as_text(p):
    return "[" + ", ".join(f"{value:.3f}" for value in p) + "]"
