"""The computed numbers of the card distillation/attention_transfer, in the order of its tables, row by row."""

import numpy as np

from minicompress.distillation import attention_transfer

GIVEN = {
    "2.13": "the PyTorch version the differences were measured on",
    "0.1": "the usual weight: Zagoruyko, Komodakis 2017",
}


def numbers():
    rng = np.random.default_rng(0)
    h_t, other = np.maximum(rng.normal(size=(2, 4, 8, 5, 5)), 0)
    students = {
        "the same": h_t,
        "times 3": 3 * h_t,
        "channels reversed": h_t[:, ::-1],
        "half of the channels": h_t[:, :4],
        "one column to the right": np.roll(h_t, 1, axis=3),
        "another": other,
    }
    table = {}
    for name, h_s in students.items():
        table[f"{name}: activations"] = f"{squared(h_s, h_t):,.0f}" if h_s.shape == h_t.shape else "-"
        table[f"{name}: maps"] = f"{abs(squared(energy(h_s), energy(h_t))):,.0f}"
        table[f"{name}: normalized"] = f"{attention_transfer(h_s, h_t)[0]:.3f}"
    _, dh_s = attention_transfer(other, h_t)
    naive = without_the_norms_derivative(other, h_t)
    return table | {
        "along": f"{abs(cosine(dh_s, other)):.3f} / {abs(cosine(naive, other)):.3f}",
        "too large": f"{np.linalg.norm(naive) / np.linalg.norm(dh_s):.2f}",
        "extra weights": f"0 / {8 * 4 + 8}",
    }


def energy(h):
    return np.sum(h**2, axis=1)


def squared(one, other):
    """Sum of the squared difference, mean over the batch."""
    return np.sum((one - other) ** 2) / len(one)


def without_the_norms_derivative(h_s, h_t):
    """The gradient of those who take the norm for a constant."""
    q_s, q_t = energy(h_s), energy(h_t)
    norm, norm_t = (np.linalg.norm(q, axis=(1, 2), keepdims=True) for q in (q_s, q_t))
    return 4 * h_s * ((q_s / norm - q_t / norm_t) / norm)[:, None] / len(h_s)


def cosine(one, other):
    return np.vdot(one, other) / np.linalg.norm(one) / np.linalg.norm(other)
