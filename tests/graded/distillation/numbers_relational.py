"""The computed numbers of the card distillation/relational, in the order of its tables, row by row."""

import numpy as np

from minicompress.distillation import angle_relations, distance_relations

GIVEN = {
    "2.13": "the PyTorch version the differences were measured on",
}


def numbers():
    rng = np.random.default_rng(0)
    h_t = rng.normal(size=(32, 6))
    rotation, _ = np.linalg.qr(rng.normal(size=(6, 6)))
    students = {
        "the same": h_t,
        "times 3": 3 * h_t + 1,
        "rotated": h_t @ rotation,
        "four of the six": h_t[:, :4],
        "one stretched": h_t * [4, 1, 1, 1, 1, 1],
        "another": rng.normal(size=(32, 6)),
    }
    table = {}
    for name, h_s in students.items():
        table[f"{name}: values"] = f"{np.sum((h_s - h_t) ** 2) / 32:.2f}" if h_s.shape == h_t.shape else "-"
        table[f"{name}: distances"] = f"{distance_relations(h_s, h_t)[0]:.4f}"
        table[f"{name}: angles"] = f"{angle_relations(h_s, h_t)[0]:.4f}"
    for n in (8, 32, 128):
        table[f"pairs and triples of {n}"] = f"{n * (n - 1):,} / {n * (n - 1) * (n - 2):,}"
    return table
