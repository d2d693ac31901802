"""The computed numbers of the card distillation/hints, in the order of its tables, row by row."""

import numpy as np

from minicompress import nn
from minicompress.distillation import Hint

GIVEN = {
    "2.13": "the PyTorch version the differences were measured on",
}


def numbers():
    rng = np.random.default_rng(0)
    h_t = rng.normal(size=(200, 6))
    rotation, _ = np.linalg.qr(rng.normal(size=(6, 6)))
    students = {
        "the same": h_t,
        "another order": h_t[:, ::-1],
        "times 3": 3 * h_t,
        "rotated": h_t @ rotation,
        "four of the six": h_t[:, :4],
        "another network's": rng.normal(size=(200, 6)),
    }
    table = {}
    for name, h_s in students.items():
        table[f"{name}: without"] = f"{Hint()(h_s, h_t)[0]:.2f}" if h_s.shape == h_t.shape else "-"
        table[f"{name}: best"] = f"{best(h_s, h_t):.2f}"
    one_by_one = nn.Conv2d(8, 16, 1, rng=rng)
    three_by_three = nn.Conv2d(8, 16, 3, rng=rng)
    return table | {
        "1 x 1": f"{size(one_by_one):,}",
        "3 x 3": f"{size(three_by_three):,}",
        "connected": f"{(8 * 8 * 8) * (16 * 8 * 8) + 16 * 8 * 8:,}",
        "memorized": f"{best(rng.normal(size=(6, 8)), h_t[:6]):.2f} / {best(rng.normal(size=(200, 8)), h_t):.2f}",
    }


def best(h_s, h_t):
    """The loss with the linear regressor, with a bias, that makes it smallest."""
    x = np.column_stack([h_s, np.ones(len(h_s))])
    layer = nn.Linear(h_s.shape[1], h_t.shape[1], rng=np.random.default_rng(0)).astype(np.float64)
    solution = np.linalg.lstsq(x, h_t, rcond=None)[0]
    layer.weight.value, layer.bias.value = solution[:-1].T, solution[-1]
    return Hint(layer)(h_s, h_t)[0]


def size(layer):
    return sum(parameter.size for parameter in layer.parameters())
