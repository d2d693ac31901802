"""The computed numbers of the card pruning/network_slimming, in the order of its tables, row by row."""

import numpy as np

from minicompress.pruning.structured.slimming import smallest_go

WIDTH = 64
SPREADS = (0.05, 0.2, 0.8)

GIVEN = {
    "0.3": "in the example, a scale that the loss alone would choose",
    "0.2": "the standard deviation of a layer's gammas in the table",
    "0.8": "the standard deviation of a layer's gammas in the table",
}


def numbers():
    rng = np.random.default_rng(0)
    scores = [np.abs(rng.normal(0, spread, WIDTH)) for spread in SPREADS]
    table = {}
    for share in (0.25, 0.5, 0.75, 0.9):
        kept = smallest_go(scores, share)
        for spread, layer in zip(SPREADS, kept, strict=True):
            table[f"{share}: spread {spread}"] = f"{int(layer.sum())}"
        table[f"{share}: each alike"] = f"{WIDTH - int(share * WIDTH)}"
    for size in (32, 16, 8, 4):
        table[f"{size}: interior"] = f"{(size - 2) ** 2 / size**2:.1%}"
    return table
