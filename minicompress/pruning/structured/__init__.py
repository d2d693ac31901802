"""Structured pruning: whole neurons, filters and residual blocks are removed, and arrays shrink. Read in this order:

    surgery.py      cuts channels out of every array that has a part of them
    structure.py    removes channels of each group by a criterion
    slimming.py     removes channels whose batch norm scale an L1 penalty has made small
    depth.py        removes whole residual blocks

>>> import numpy as np
>>> from minicompress import nn
>>> from minicompress.pruning.structured import structure_pruning
>>> model = nn.zoo.lenet_300_100(rng=np.random.default_rng(0))
>>> smaller = structure_pruning(model, 0.5)
>>> [layer.weights[0].shape for layer in smaller.layers if layer.weights]
[(150, 784), (50, 150), (10, 50)]
"""

from minicompress.pruning.structured.depth import block_influence, layer_pruning, remove_blocks
from minicompress.pruning.structured.slimming import L1Penalty, network_slimming, penalize_scales
from minicompress.pruning.structured.structure import structure_pruning
from minicompress.pruning.structured.surgery import keep_channels

__all__ = [
    "L1Penalty",
    "block_influence",
    "keep_channels",
    "layer_pruning",
    "network_slimming",
    "penalize_scales",
    "remove_blocks",
    "structure_pruning",
]
