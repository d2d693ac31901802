"""The computed numbers of the card pruning/hybrid_pruning, in the order of its tables, row by row."""

import numpy as np

from minicompress.deploy import encode
from minicompress.nn import zoo
from minicompress.pruning import hybrid_pruning, pruning_report, structure_pruning

GIVEN = {
    "10%": "the share of the weights that the budget leaves",
    "90%": "the sparsity of the example, what the budget does not leave",
}


def numbers():
    model = zoo.lenet_300_100(rng=np.random.default_rng(0))
    budget = pruning_report(model).weights // 10
    table = {"budget": f"{budget:,}"}
    for share in (0, 0.25, 0.5, 0.75):
        pruned = hybrid_pruning(model, channel_share=share, budget=budget)
        table[f"{share}: places"] = f"{pruning_report(pruned).weights:,}"
        table[f"{share}: zeros"] = f"{pruning_report(pruned).sparsity:.1%}"
        table[f"{share}: dense bytes"] = f"{encode(pruned).size_bytes:,}"
        table[f"{share}: sparse bytes"] = f"{encode(pruned, sparse=True).size_bytes:,}"
    return table | {"weights first": f"{weights_first(model, budget):,}"}


def weights_first(model, budget):
    """How many of the budget are left if weights are pruned before half of the neurons go."""
    return pruning_report(structure_pruning(hybrid_pruning(model, channel_share=0, budget=budget), 0.5)).kept
