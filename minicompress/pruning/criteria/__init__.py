"""Criteria: which weights and channels matter least, and how much each layer bears."""

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
