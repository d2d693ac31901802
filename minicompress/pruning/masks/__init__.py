"""Masks, which keep pruned weights at zero. Read in this order:

    mask.py         the transform that holds weights at zero
    magnitude.py    the mask that prunes an exact number of the smallest weights of an array
    holding.py      puts masks on a model
    patterns.py     N:M masks, which hardware can use
    regrowth.py     masks that let weights come back
    algebra.py      union, intersection and overlap of masks

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
