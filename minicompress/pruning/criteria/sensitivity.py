"""Sensitivity scan: prune one weight array at a time to see how much each layer can lose.

    score[i, j] = evaluate(the model with array i alone pruned to sparsities[j])

The curves compare layers. They do not predict the accuracy when all layers are pruned together, because the damages add
up and interact, nor the accuracy after fine-tuning.

`tolerated_sparsities` turns the curves into an allocation: each array gets the largest sparsity that still keeps the
score.

Source: Han, Pool, Tran, Dally 2015 (arXiv:1506.02626), section 5 and figure 6.
Left out: scans of pairs of layers, allocations under a budget. `local_masks` in `allocation.py` takes
the list of sparsities.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minicompress._base import arguments
from minicompress.nn.seen import check_layers, master_weights
from minicompress.pruning.masks.magnitude import magnitude_mask

__all__ = ["sensitivity_scan", "tolerated_sparsities"]


def sensitivity_scan(model: Any, sparsities: Sequence[float], evaluate: Callable) -> np.ndarray:
    """Return the score of the model for each weight array pruned alone to each sparsity; the model does not change.

    Parameters
    ----------
    model : anything with `.layers`, each with `.weights`, a list of NumPy arrays of floats. It is restored
        afterwards, also if `evaluate` raises.
    sparsities : list of numbers in [0, 1], in any order. 0 gives the baseline.
    evaluate : function of the model, returning a number such as accuracy on validation data (never on test data).

    Returns
    -------
    float64 array of shape (weight arrays, sparsities).

    Raises
    ------
    ValueError : a sparsity outside [0, 1]; weights with NaN. Nothing is evaluated then. Or an `evaluate` that is no
        function or returns no number, NaN among them.

    >>> from minicompress import nn
    >>> model = nn.zoo.mlp([4, 8, 3], rng=np.random.default_rng(0))
    >>> x = np.ones((1, 4))
    >>> sensitivity_scan(model, [0, 1], lambda pruned: int(pruned.forward(x).any())).tolist()
    [[1.0, 0.0], [1.0, 0.0]]
    """
    check_layers("sensitivity_scan", model)
    if not np.iterable(sparsities) or isinstance(sparsities, str):
        arguments.reject("sensitivity_scan", "sparsities", "a list of numbers in [0, 1]", sparsities)
    if not callable(evaluate):
        arguments.reject("sensitivity_scan", "evaluate", "a function of the model", evaluate)
    sparsities = list(sparsities)
    for share in sparsities:
        arguments.number("sensitivity_scan", "every sparsity", share, low=0, high=1)
    weights = master_weights(model)
    masks = [[magnitude_mask(w, share) for share in sparsities] for w in weights]
    scores = np.empty((len(weights), len(sparsities)))
    for i, w in enumerate(weights):
        scores[i] = [_score_masked(model, w, m, evaluate) for m in masks[i]]
    return scores


def tolerated_sparsities(scores: np.ndarray, sparsities: Sequence[float], lowest: float) -> list[float]:
    """Return the largest sparsity per weight array up to which all its scores are at least `lowest`, else 0.0.

    Parameters
    ----------
    scores : array of shape (weight arrays, sparsities), from `sensitivity_scan`; larger is better.
    sparsities : the sparsities of the scan, in any order.
    lowest : number, the score that is still good enough. A curve that falls below it and recovers counts as fallen.

    Raises
    ------
    ValueError : `scores` not of two axes or without one column for each sparsity; anything but numbers, or NaN.

    >>> scores = [[0.97, 0.96, 0.90], [0.97, 0.80, 0.96]]
    >>> tolerated_sparsities(scores, [0, 0.5, 0.9], 0.95)
    [0.5, 0.0]
    """
    lowest = arguments.number("tolerated_sparsities", "lowest", lowest, finite=False)
    scores = _without_nan("scores", scores)
    sparsities = _without_nan("sparsities", sparsities)
    if scores.ndim != 2 or sparsities.shape != scores.shape[1:]:
        expected = f"of shape (weight arrays, {sparsities.size})"
        arguments.reject("tolerated_sparsities", "scores", expected, scores.shape)
    order = np.argsort(sparsities)
    good = np.logical_and.accumulate(scores[:, order] >= lowest, axis=1)
    return [float(max(sparsities[order][row], default=0.0)) for row in good]


def _without_nan(argument, values):
    values = arguments.array("tolerated_sparsities", argument, values)
    if np.isnan(values).any():
        arguments.reject("tolerated_sparsities", argument, "free of NaN", values.tolist())
    return values.astype(np.float64)


def _score_masked(model, w, m, evaluate):
    original = w.copy()
    try:
        w[~m] = 0
        return arguments.number("sensitivity_scan", "what evaluate returns", evaluate(model), finite=False)
    finally:
        w[...] = original
