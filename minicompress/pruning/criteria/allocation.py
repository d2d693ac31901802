"""Allocation: how many weights each layer loses for one sparsity of the whole network.

    local       layer l loses its round(s n_l) smallest weights
    global      the network loses its round(s sum n_l) smallest weights: layers of small weights lose more
    deviation   layer l loses |w| < q std(w_l), with one quality q for all

A global ranking compares weights of different layers as if they had one scale. They do not: an initializer draws them
by fan-in, batch norm makes a layer's scale arbitrary. With Gaussian weights of deviations 1 and 0.01 a global 50% takes
2% of the first layer and 98% of the second. A local share has the opposite fault: it takes as much from ten output
neurons as from a layer with hundreds of thousands of weights. The deviation adapts the threshold to the scale of each
layer, and leaves the count to its distribution: a Gaussian layer loses 68% at q = 1.

Every function returns masks and does not change the model; `hold_masks` applies them. Weights that a mask on the model
already hides count as 0, so they are pruned first.

Source of the deviation: Han, Pool, Tran, Dally 2015 (arXiv:1506.02626), section 4.
Left out: shares chosen by measurements, see `sensitivity.py`.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from minicompress._base import arguments
from minicompress.nn.seen import check_layers
from minicompress.pruning.masks.magnitude import magnitude_mask
from minicompress.pruning.masks.mask import unmasked_weights

__all__ = ["deviation_masks", "global_masks", "local_masks"]


def local_masks(model: Any, sparsity: float | Sequence[float]) -> list[np.ndarray]:
    """Return masks that prune a share of each weight array: its own smallest magnitudes.

    Parameters
    ----------
    model : an object with `.layers`, each with `.weights`, a list of NumPy arrays of floats.
    sparsity : number in [0, 1] for all arrays, or a list of such numbers, one for each array.

    Returns
    -------
    List of boolean arrays, True keeps, one for each weight array. Counts and ties as in `magnitude_mask`.

    Raises
    ------
    ValueError : a sparsity outside [0, 1], or not as many as weight arrays; weights with NaN.

    >>> from minicompress import nn
    >>> model = nn.zoo.mlp([4, 8, 3], rng=np.random.default_rng(0))
    >>> [int(m.sum()) for m in local_masks(model, 0.5)]
    [16, 12]
    >>> [int(m.sum()) for m in local_masks(model, [0.75, 0])]
    [8, 24]
    """
    check_layers("local_masks", model)
    weights = unmasked_weights(model)
    shares = list(sparsity) if np.iterable(sparsity) else [sparsity] * len(weights)
    if len(shares) != len(weights):
        arguments.reject("local_masks", "sparsity", f"one number, or {len(weights)} for the weight arrays", sparsity)
    for share in shares:
        arguments.number("local_masks", "sparsity", share, low=0, high=1)
    return [magnitude_mask(w, share) for w, share in zip(weights, shares, strict=True)]


def global_masks(model: Any, sparsity: float) -> list[np.ndarray]:
    """Return masks that prune a share of the whole model: the smallest magnitudes of all weights together.

    Parameters
    ----------
    model : an object with `.layers`, each with `.weights`, a list of NumPy arrays of floats.
    sparsity : number in [0, 1].

    Returns
    -------
    List of boolean arrays, True keeps, one for each weight array. Together they hold round(sparsity * all weights)
    False; of equal magnitudes the earlier array's go first (`pruning/ranking.py`). An array may lose all its weights.

    Raises
    ------
    ValueError : `sparsity` outside [0, 1]; weights with NaN.

    >>> from minicompress import nn
    >>> model = nn.zoo.mlp([4, 8, 3], rng=np.random.default_rng(0))
    >>> masks = global_masks(model, 0.5)
    >>> sum(int(m.sum()) for m in masks)
    28
    """
    check_layers("global_masks", model)
    arguments.number("global_masks", "sparsity", sparsity, low=0, high=1)
    weights = unmasked_weights(model)
    if not weights:
        return []
    flat = magnitude_mask(np.concatenate([w.ravel() for w in weights]), sparsity)
    parts = np.split(flat, np.cumsum([w.size for w in weights])[:-1])
    return [part.reshape(w.shape) for part, w in zip(parts, weights, strict=True)]


def deviation_masks(model: Any, quality: float | Sequence[float]) -> list[np.ndarray]:
    """Return masks that prune |w| < quality * std(w) in each weight array.

    Parameters
    ----------
    model : an object with `.layers`, each with `.weights`, a list of NumPy arrays of floats.
    quality : finite number >= 0, or a list of them, one for each array. 0 prunes nothing.

    Returns
    -------
    List of boolean arrays, True keeps, one for each weight array.

    The standard deviation is that of all weights of the array, zeros included. When small weights around 0 are pruned
    it falls, to 0.90 of itself for a Gaussian layer at quality 1, so pruning again at the same quality removes nothing.

    Raises
    ------
    ValueError : a quality negative or not finite, or not as many as weight arrays; weights that are not floats, or
        with NaN or infinity.

    >>> from minicompress import nn
    >>> model = nn.zoo.mlp([4, 8, 3], rng=np.random.default_rng(0))
    >>> [int(m.sum()) for m in deviation_masks(model, 1.0)]
    [15, 10]
    """
    check_layers("deviation_masks", model)
    weights = unmasked_weights(model)
    qualities = list(quality) if np.iterable(quality) else [quality] * len(weights)
    if len(qualities) != len(weights):
        arguments.reject("deviation_masks", "quality", f"one number, or {len(weights)} for the weight arrays", quality)
    for q in qualities:
        arguments.number("deviation_masks", "quality", q, low=0)
    return [_above_deviation(w, q) for w, q in zip(weights, qualities, strict=True)]


def _above_deviation(w, q):
    w = arguments.array("deviation_masks", "weights", w, kinds="f", expected="arrays of floats")
    if not np.isfinite(w).all():
        arguments.reject("deviation_masks", "weights", "finite, without NaN", w)
    if not w.any():  # an empty array has no deviation
        return np.ones(w.shape, bool)
    # In float64, because float32 sums of many squares drift; by a power of two near 1, where no square overflows.
    w = np.ldexp(w.astype(np.float64), -np.frexp(np.abs(w).max())[1])
    return np.abs(w) >= q * np.std(w)
