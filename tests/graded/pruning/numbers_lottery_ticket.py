"""The computed numbers of the card pruning/lottery_ticket, in the order of its tables, row by row."""

import numpy as np

from minicompress.pruning.lottery import prune_survivors
from minicompress.pruning.masks import mask_density

SHAPES = [(300, 784), (100, 300), (10, 100)]  # LeNet-300-100
ROUNDS = (1, 3, 7, 9, 15, 18, 20)

GIVEN = {
    "20%": "the rate of each round, the paper's choice",
    "10%": "the rate of the output layer, half of the others'",
}


def numbers():
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=shape) for shape in SHAPES]
    masks = [np.ones(shape, bool) for shape in SHAPES]
    table = {}
    for n in range(1, max(ROUNDS) + 1):
        masks = [prune_survivors(w, m, rate) for w, m, rate in zip(weights, masks, (0.2, 0.2, 0.1), strict=True)]
        if n in ROUNDS:
            table[f"{n}: left"] = f"{sum(int(m.sum()) for m in masks):,}"
            table[f"{n}: hidden"] = f"{mask_density(masks[:2]):.2%}"
            table[f"{n}: output"] = f"{mask_density(masks[2:]):.2%}"
            table[f"{n}: all"] = f"{mask_density(masks):.2%}"
    return table | {f"rounds to {share:.0%}": f"{rounds_to(share)}" for share in (0.5, 0.1, 0.01)}


def rounds_to(share):
    """The first round after which at most `share` of a layer is left, at 20% a round."""
    return next(n for n in range(100) if 0.8**n <= share)
