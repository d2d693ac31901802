"""Hybrid pruning: whole units first, then single weights, under one budget of weights.

    model <- structure_pruning(model, share)            fewer neurons and filters: smaller arrays
    m = the `budget` largest |w| of what is left        zeros inside the smaller arrays

Structure is pruned first, because budget spent on a weight whose unit is removed later would be lost. Removing units
makes arrays and products smaller; the zeros in these arrays also save storage, in a sparse format.

No formula gives the split between the two: with a fixed number of weights, more structured pruning leaves fewer and
denser units. Measure both extremes too: share 0 is weight pruning, and a budget of all weights is structure pruning.

Left out: fine-tuning between the steps; a budget of bytes.
"""

from collections.abc import Callable

import numpy as np

from minicompress._base import arguments
from minicompress.nn.containers import Sequential
from minicompress.nn.seen import check_sequential
from minicompress.pruning.criteria.importance import l2_norm
from minicompress.pruning.masks.holding import hold_masks
from minicompress.pruning.ranking import largest_first, magnitudes
from minicompress.pruning.structured.structure import structure_pruning

__all__ = ["hybrid_pruning"]


def hybrid_pruning(
    model: Sequential, *, channel_share: float, budget: int, importance: Callable = l2_norm
) -> Sequential:
    """Return a new model with a share of the channels removed and at most `budget` weights that are not zero.

    Parameters
    ----------
    model : Sequential; it does not change.
    channel_share : number in [0, 1), the share of each group's channels that goes first, as in `structure_pruning`.
    budget : int >= 0, how many weights of all layers together are kept; biases and batch norm do not count. Among equal
        magnitudes the earlier is kept, layer by layer and row by row. A budget of more weights than are left prunes no
        single weight.
    importance : ranks the channels; see `pruning/criteria/importance.py`.

    The zeros are held by a Mask on every weight, so that they stay through fine-tuning.

    Raises ValueError as `structure_pruning` does, for a budget that is not an integer >= 0, and for weights with NaN.

    >>> from minicompress import nn
    >>> model = nn.zoo.mlp([4, 8, 3], rng=np.random.default_rng(0))
    >>> smaller = hybrid_pruning(model, channel_share=0.5, budget=10)
    >>> [w.shape for layer in smaller.layers for w in layer.weights]
    [(4, 4), (3, 4)]
    >>> sum(int(np.count_nonzero(w)) for layer in smaller.layers for w in layer.weights)
    10
    """
    check_sequential("hybrid_pruning", model)
    budget = arguments.whole_number("hybrid_pruning", "budget", budget, low=0)
    smaller = structure_pruning(model, channel_share, importance=importance)
    hold_masks(smaller, _largest(smaller, budget))
    return smaller


def _largest(model, budget):
    """Boolean masks of the `budget` weights that are largest in magnitude, as the network sees them."""
    seen = [parameter.effective() for parameter in model.weight_parameters()]
    if any(np.isnan(w).any() for w in seen):
        raise ValueError("hybrid_pruning: model must have weights without NaN, which has no rank")
    m = np.zeros(sum(w.size for w in seen), bool)
    m[largest_first(magnitudes(np.concatenate([w.ravel() for w in seen])))[:budget]] = True
    parts = np.split(m, np.cumsum([w.size for w in seen])[:-1])
    return [part.reshape(w.shape) for part, w in zip(parts, seen, strict=True)]
