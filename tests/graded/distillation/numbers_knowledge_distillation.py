"""The computed numbers of the card distillation/knowledge_distillation, in the order of its tables, row by row."""

import numpy as np

from minicompress.distillation import soft_labels
from minicompress.nn import kl_divergence, soft_cross_entropy, softmax_cross_entropy

GIVEN = {
    "0.5": "a logit of the example",
    "2.5": "the lower end of the best temperatures for 30 units: arXiv:1503.02531, section 3",
    "2.13": "the PyTorch version the differences were measured on",
}

Z_T = np.array([[2.0, -1.0, 0.5]])  # the teacher's logits
Z_S = np.array([[0.5, 0.0, -0.5]])  # the student's
LABEL = np.array([0])
CLASSES = Z_T.size


def numbers():
    table = {}
    for T in (1, 2, 4, 20):
        p_t = soft_labels(Z_T, T)
        table[f"T = {T}: soft label"] = vector(p_t)
        table[f"T = {T}: entropy"] = f"{-np.sum(p_t * np.log(p_t)):.3f}"
        table[f"T = {T}: gradient without T^2"] = f"{np.linalg.norm(gradient(T)):.4f}"
        table[f"T = {T}: gradient with T^2"] = f"{np.linalg.norm(T**2 * gradient(T)):.4f}"
    hard = np.linalg.norm(softmax_cross_entropy(Z_S, LABEL)[1])
    p_t = soft_labels(Z_T, 4)
    return table | {
        "limit": f"{np.linalg.norm(limit()):.4f}",
        "out / sum(out)": vector(Z_T / Z_T.sum()),
        "hard over soft at T = 20": f"{hard / np.linalg.norm(gradient(20)):.0f}",
        "hard over soft with T^2": f"{hard / np.linalg.norm(20**2 * gradient(20)):.1f}",
        "perfect student": f"{soft_cross_entropy(Z_T / 4, p_t)[0]:.3f} / {abs(kl_divergence(Z_T / 4, p_t)[0]):.3f}",
    }


def gradient(T):
    """dL/dz_s of the soft cross-entropy at temperature T, without the factor T^2."""
    return soft_cross_entropy(Z_S / T, soft_labels(Z_T, T))[1] / T


def limit():
    """What T^2 times the gradient tends to: the difference of the centred logits, over the number of classes."""
    return ((Z_S - Z_S.mean()) - (Z_T - Z_T.mean())) / CLASSES


def vector(row):
    return "[" + ", ".join(f"{value:.3f}" for value in np.ravel(row)) + "]"
