"""The computed numbers of the card pruning/structure_pruning, in the order of its tables, row by row."""

import numpy as np

from minicompress.nn import Linear, zoo
from minicompress.pruning import structure_pruning

GIVEN = {}


def numbers():
    model = zoo.lenet_300_100(rng=np.random.default_rng(0))
    dense = model.summary().parameters
    table = {}
    for sparsity in (0, 0.25, 0.5, 0.75, 0.9):
        smaller = structure_pruning(model, sparsity)
        sizes = [layer.out_features for layer in smaller.layers if isinstance(layer, Linear)]
        parameters = smaller.summary().parameters
        table[f"{sparsity}: neurons"] = f"{sizes[0]} / {sizes[1]}"
        table[f"{sparsity}: parameters"] = f"{parameters:,}"
        table[f"{sparsity}: share"] = f"{parameters / dense:.1%}"
        table[f"{sparsity}: MACs"] = f"{smaller.summary().macs:,}"
        table[f"{sparsity}: bytes"] = f"{sum(array.nbytes for array in smaller.arrays().values()):,}"
    before, after = (weights_of_layers(m) for m in (model, structure_pruning(model, 0.5)))
    for index, name in enumerate(("first", "middle", "last")):
        table[name] = f"{after[index] / before[index]:.0%}"
    return table


def weights_of_layers(model):
    """Number of weights of each Linear layer."""
    return [layer.weight.size for layer in model.layers if isinstance(layer, Linear)]
