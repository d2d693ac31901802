"""Puts masks on a model: sets the pruned weights to zero, and holds them at zero.

    w <- m * w                       once
    Parameter.transforms: Mask(m)    at every later forward, backward and step

A criterion (`pruning/criteria/allocation.py`, `magnitude.py`) returns masks and does not change the model; `hold_masks`
changes the model and chooses nothing. So masks can be compared, combined (`a & b`) and printed before they are applied.

Weights that an earlier mask holds at zero stay at zero: the masks are intersected.
Left out: masks that let weights come back (`regrowth.py`); `parameter.bake()` drops a mask.
"""

from collections.abc import Sequence

import numpy as np

from minicompress._base import arguments
from minicompress.nn.containers import Sequential
from minicompress.nn.seen import check_layers, weight_parameters
from minicompress.pruning.masks.mask import Mask, set_mask
from minicompress.pruning.report import sparsity

__all__ = ["hold_masks"]


def hold_masks(model: Sequential, masks: Sequence[np.ndarray]) -> float:
    """Zero what the masks prune and hold it at zero through training, in place.

    Parameters
    ----------
    model : model of `minicompress.nn`.
    masks : list of boolean arrays, True keeps: one for each array of `layer.weights`, in order of `model.layers`.

    Returns
    -------
    float, the sparsity afterwards: zeros / all weights, in [0, 1].

    One Mask is left on each weight Parameter, before its other transforms: a quantizer then sets its scale by the
    weights that are left.

    Raises
    ------
    ValueError : not one mask for each weight array, or one of another shape or not boolean. Nothing is changed then.

    >>> from minicompress import nn
    >>> model = nn.Sequential(nn.Linear(4, 2, rng=np.random.default_rng(0)))
    >>> hold_masks(model, [np.eye(2, 4, dtype=bool)])
    0.75
    >>> model.layers[0].weight.transforms
    [Mask(keeps 2 of 8)]
    """
    check_layers("hold_masks", model)
    parameters = weight_parameters(model)
    _check(masks, parameters)
    for m, parameter in zip(masks, parameters, strict=True):
        for earlier in parameter.transforms:
            m = m & earlier.m if isinstance(earlier, Mask) else m
        set_mask(parameter, m)
    return sparsity(model)


def _check(masks, parameters):
    if not isinstance(masks, (list, tuple)) or len(masks) != len(parameters):
        got = len(masks) if isinstance(masks, (list, tuple)) else masks
        arguments.reject("hold_masks", "masks", f"a list of {len(parameters)}, one for each weight array", got)
    for m, parameter in zip(masks, parameters, strict=True):
        arguments.same_shape("hold_masks", "every mask", m, parameter.shape)
        if not isinstance(m, np.ndarray) or m.dtype != bool:
            arguments.reject("hold_masks", "every mask", "a boolean array", getattr(m, "dtype", type(m).__name__))
