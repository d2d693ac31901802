"""Criteria: which weights and channels matter least, and how much each layer tolerates. Read in this order:

    allocation.py     one sparsity for the network, spread over its layers
    sensitivity.py    how much each layer tolerates, measured
    importance.py     scores of channels: norms, activations, batch norm's scale
    saliency.py       scores by the change of the loss: Taylor, OBD

>>> import numpy as np
>>> from minicompress import nn
>>> from minicompress.pruning.criteria import global_masks, sensitivity_scan
>>> model = nn.zoo.mlp([4, 8, 3], rng=np.random.default_rng(0))
>>> [int(m.sum()) for m in global_masks(model, 0.5)]
[19, 9]
>>> sensitivity_scan(model, [0, 1], lambda pruned: int(pruned.forward(np.ones((1, 4))).any())).tolist()
[[1.0, 0.0], [1.0, 0.0]]
"""

from minicompress.pruning.criteria.allocation import deviation_masks, global_masks, local_masks
from minicompress.pruning.criteria.importance import (
    batch_norm_scale,
    l1_norm,
    l2_norm,
    mean_activation,
    nonzero_activation,
    random_importance,
)
from minicompress.pruning.criteria.saliency import obd_saliency, taylor_importance, taylor_saliency
from minicompress.pruning.criteria.sensitivity import sensitivity_scan, tolerated_sparsities

__all__ = [
    "batch_norm_scale",
    "deviation_masks",
    "global_masks",
    "l1_norm",
    "l2_norm",
    "local_masks",
    "mean_activation",
    "nonzero_activation",
    "obd_saliency",
    "random_importance",
    "sensitivity_scan",
    "taylor_importance",
    "taylor_saliency",
    "tolerated_sparsities",
]
