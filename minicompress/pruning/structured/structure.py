"""Structure pruning ("structured pruning" in the papers): removes whole neurons and filters, so that arrays shrink.

    I_j = importance of channel j,   keep the largest,   then cut rows, batch norm and columns

With a share s of the channels removed on both sides of a layer, (1 - s)^2 of its weights are left: s = 0.5 leaves a
quarter. No sparse format or kernel is needed; the price is that at an equal number of weights accuracy usually falls
further than with weight pruning.

All scores are computed before anything is cut, because cutting a channel's columns changes the norms of the next layer.

Source: Li, Kadav, Durdanovic, Samet, Graf 2017 (arXiv:1608.08710), section 3.
Differs from the paper: there the share of each layer is chosen by a sensitivity scan; here it is one for all.
Left out: fine-tuning in between; a budget for each layer.
"""

import warnings
from collections.abc import Callable

import numpy as np

from minicompress._base import arguments
from minicompress.nn.containers import Sequential
from minicompress.nn.seen import check_sequential
from minicompress.pruning.channels import coupled_channels
from minicompress.pruning.criteria.importance import l2_norm
from minicompress.pruning.ranking import largest_first, with_ties
from minicompress.pruning.structured.surgery import keep_channels

__all__ = ["strongest", "structure_pruning"]


def structure_pruning(model: Sequential, sparsity: float, *, importance: Callable = l2_norm) -> Sequential:
    """Return a new, smaller model without the least important share of the channels of each group.

    Parameters
    ----------
    model : Sequential; it does not change. Input and logits keep their size.
    sparsity : number in [0, 1), here the share of each group's channels (not of weights): floor(sparsity * size) of
        them are removed. In front of a grouped convolution the floor is taken in each block; if it is 0 there, a
        warning says that the group keeps all its channels.
    importance : function (model, ChannelGroup) -> scores of shape (size,); see `pruning/criteria/importance.py`. The L2
        norm needs no data and is the usual start. Of equal scores the lower index stays.

    Raises ValueError for a bad sparsity, a model whose channels are not understood, or one with none to remove.

    >>> from minicompress import nn
    >>> model = nn.zoo.mlp([4, 8, 3], rng=np.random.default_rng(0))
    >>> smaller = structure_pruning(model, 0.5)
    >>> [layer.weights[0].shape for layer in smaller.layers if layer.weights]
    [(4, 4), (3, 4)]
    """
    check_sequential("structure_pruning", model)
    sparsity = arguments.number("structure_pruning", "sparsity", sparsity, low=0, high=1, open_high=True)
    arguments.function("structure_pruning", "importance", importance, "a function of a model and a ChannelGroup")
    groups = coupled_channels(model)
    if not groups:
        raise ValueError("structure_pruning: model must have channels between input and logits to remove, got none")
    return keep_channels(model, {group.name: _choose_channels(model, group, sparsity, importance) for group in groups})


def strongest(scores: np.ndarray, count: int) -> np.ndarray:
    """Return the indices of the `count` largest scores, increasing; of equal scores the lower index stays.

    Scores that differ by a rounding are equal, up to a billionth of them.

    >>> strongest(np.array([1.0, 3.0, 1.0, 2.0]), 3).tolist()
    [0, 1, 3]
    """
    return np.sort(largest_first(with_ties(scores, relative=1e-9))[:count])


def _choose_channels(model, group, sparsity, importance):
    scores = arguments.array("structure_pruning", "importance", importance(model, group), kinds="fiub")
    arguments.same_shape("structure_pruning", "importance", scores, (group.size,))
    if not np.isfinite(scores).all():
        arguments.reject("structure_pruning", "importance", f"finite for {group.name}", scores.tolist())
    blocks = scores.reshape(group.blocks, -1)
    each = blocks.shape[1]
    count = each - int(sparsity * each)
    if count == each and int(sparsity * group.size) > 0:
        warnings.warn(
            f"structure_pruning: all {group.size} channels of {group.name} stay: grouped convolutions cut them into "
            f"{group.blocks} blocks of {each}, each of which would have to lose as many",
            stacklevel=3,
        )
    return np.concatenate([start * each + strongest(block, count) for start, block in enumerate(blocks)])
