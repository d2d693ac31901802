"""Depth pruning: removes the blocks of a residual network that change its activations least.

    y = x + f(x)          without the block: y = x
    I = 1 - mean over samples of cos(x, y)         how far the block turns what flows through it

A block with an identity shortcut can be removed without changing any shape; this is the same as f = 0. Fewer blocks
mean fewer products one after the other, whereas narrower layers do not change that number.

The cosine ignores a block that only rescales its input. All influences are measured on the whole network; after a
removal, later blocks get other inputs.

Source: Men et al. 2024, ShortGPT (arXiv:2403.03853), the block influence.
Differs from the paper: the mean is over samples, each flattened, not over the tokens of a text.
Left out: blocks whose shortcut has layers of its own, which change shapes; plain layers without a shortcut.
"""

from collections.abc import Callable, Sequence

import numpy as np

from minicompress import nn
from minicompress._base import arguments
from minicompress.nn.containers import Sequential
from minicompress.nn.seen import check_sequential
from minicompress.pruning.ranking import with_ties

__all__ = ["block_influence", "layer_pruning", "remove_blocks"]


def block_influence(model: Sequential, x: np.ndarray) -> dict[int, float]:
    """Return {index: influence} for the Residuals with an identity shortcut in `model.layers`, for a batch x.

    An influence is in [0, 2], 0 for a block that changes no direction. A sample that is all zeros before or behind the
    block has no direction and counts with cosine 0.

    Raises ValueError for an x that is empty or not finite.

    >>> rng = np.random.default_rng(0)
    >>> blocks = [nn.Residual([nn.Linear(4, 4, rng=rng), nn.Tanh()]) for _ in range(3)]
    >>> model = nn.Sequential(*blocks)
    >>> sorted(block_influence(model, rng.random((5, 4))))
    [0, 1, 2]
    """
    check_sequential("block_influence", model)
    x = arguments.array("block_influence", "x", x, finite=True)
    if not x.size:
        arguments.reject("block_influence", "x", "a batch of one sample or more", f"shape {x.shape}")
    twin, y, influences = model.copy(), x, {}
    for index, layer in enumerate(twin.layers):
        before, y = y, layer.forward(y)
        if _is_removable(layer):
            influences[index] = 1 - float(np.mean(_cosines(before, y)))
    return influences


def remove_blocks(model: Sequential, indices: Sequence[int]) -> Sequential:
    """Return a new, shallower model without the blocks at `indices` of `model.layers`; `model` does not change.

    Raises ValueError for an index of anything but a Residual with an identity shortcut, and for one that comes twice.

    >>> rng = np.random.default_rng(0)
    >>> blocks = [nn.Residual([nn.Linear(4, 4, rng=rng), nn.Tanh()]) for _ in range(3)]
    >>> model = nn.Sequential(*blocks)
    >>> len(remove_blocks(model, [1]).layers)
    2
    """
    check_sequential("remove_blocks", model)
    removable = [index for index, layer in enumerate(model.layers) if _is_removable(layer)]
    if not np.iterable(indices) or isinstance(indices, str):
        arguments.reject("remove_blocks", "indices", f"a list of indices among {removable}, identity blocks", indices)
    indices = [arguments.whole_number("remove_blocks", "indices", index) for index in indices]
    if not set(indices) <= set(removable) or len(set(indices)) < len(indices):
        arguments.reject("remove_blocks", "indices", f"different ones among {removable}, identity blocks", indices)
    shallower = model.copy()
    shallower.layers = [layer for index, layer in enumerate(shallower.layers) if index not in indices]
    return shallower


def layer_pruning(
    model: Sequential, count: int, *, x: np.ndarray, importance: Callable = block_influence
) -> Sequential:
    """Return a new model without its `count` least important residual blocks; of equal ones the earlier stays.

    Block influences that differ by less than 1e-6 are equal: float32 products round one way on one processor and the
    other way on the next. Other scores are equal up to a billionth of them.

    Parameters
    ----------
    model : Sequential; it does not change.
    count : int, from 0 to the number of Residuals with an identity shortcut.
    x : a batch of inputs on which importance is measured; training data, never the test set.
    importance : function (model, x) -> {index in model.layers: score}. Block influence is the usual one.

    Raises ValueError for a count that is too large or not an integer, and for an importance that is not finite.

    >>> rng = np.random.default_rng(0)
    >>> blocks = [nn.Residual([nn.Linear(4, 4, rng=rng), nn.Tanh()]) for _ in range(3)]
    >>> model = nn.Sequential(*blocks)
    >>> len(layer_pruning(model, 2, x=rng.random((5, 4))).layers)
    1
    """
    check_sequential("layer_pruning", model)
    scores = arguments.function("layer_pruning", "importance", importance)(model, x)
    if not hasattr(scores, "items"):
        arguments.reject("layer_pruning", "importance", "a function that returns {index: score}", scores)
    count = arguments.whole_number("layer_pruning", "count", count, low=0, high=len(scores))
    for index, score in scores.items():
        arguments.number("layer_pruning", f"importance of block {index}", score)
    tolerance = {"absolute": 1e-6} if importance is block_influence else {"relative": 1e-9}
    tied = dict(zip(scores, with_ties(list(scores.values()), **tolerance), strict=True))
    weakest_first = sorted(tied, key=lambda index: (tied[index], -index))
    return remove_blocks(model, weakest_first[:count])


def _is_removable(layer):
    return isinstance(layer, nn.Residual) and not len(layer.shortcut)


def _cosines(x, y):
    """The cosine between x and y for each sample, in float64; 0 where one of them is all zeros."""
    x, y = (_directions(a.reshape(len(a), -1).astype(np.float64)) for a in (x, y))
    return np.clip(np.sum(x * y, axis=1), -1, 1)


def _directions(x):
    """Each row of x at length 1, zeros as they are; in units of its largest entry, whose square may overflow."""
    largest = np.max(np.abs(x), axis=1, keepdims=True, initial=0)
    x = x / np.where(largest > 0, largest, 1)
    return x / np.where(largest > 0, np.linalg.norm(x, axis=1, keepdims=True), 1)
