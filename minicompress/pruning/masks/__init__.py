"""Masks: what keeps pruned weights at zero, which masks there are, and how two are compared. Read in this order:

    mask.py         the transform that holds weights at zero
    magnitude.py    the mask of the largest weights of an array, to an exact count
    holding.py      masks onto a model
    patterns.py     N:M masks, which hardware can use
    regrowth.py     masks that let weights come back
    algebra.py      union, overlap and chance

>>> import numpy as np
>>> from minicompress import nn
>>> from minicompress.pruning.masks import hold_masks, magnitude_mask, mask_jaccard
>>> model = nn.zoo.mlp([4, 8, 3], rng=np.random.default_rng(0))
>>> masks = [magnitude_mask(w, 0.5) for layer in model.layers for w in layer.weights]
>>> hold_masks(model, masks)
0.5
>>> mask_jaccard(masks, masks)
1.0
"""

from minicompress.pruning.masks.algebra import (
    chance_mask_jaccard,
    mask_complement,
    mask_density,
    mask_intersection,
    mask_jaccard,
    mask_union,
    shuffle_masks,
)
from minicompress.pruning.masks.holding import hold_masks
from minicompress.pruning.masks.magnitude import magnitude_mask
from minicompress.pruning.masks.mask import Mask
from minicompress.pruning.masks.patterns import PackedNM, n_m_mask, n_m_sparsity, pack_n_m
from minicompress.pruning.masks.regrowth import DynamicMask

__all__ = [
    "DynamicMask",
    "Mask",
    "PackedNM",
    "chance_mask_jaccard",
    "hold_masks",
    "magnitude_mask",
    "mask_complement",
    "mask_density",
    "mask_intersection",
    "mask_jaccard",
    "mask_union",
    "n_m_mask",
    "n_m_sparsity",
    "pack_n_m",
    "shuffle_masks",
]
