"""Magnitude pruning: single weights below a threshold become zero and stay zero.

    m = 1[|w| >= t],   w <- m * w

Magnitude pruning removes connections, not neurons: every array keeps its shape, and zeros alone make nothing smaller
or faster. For that, use a sparse format (`minicompress/deploy/storage.py`) or remove whole neurons.

A common answer, `if abs(w) < threshold: w = 0`, fails in three ways: on an array the `if` raises ValueError ("truth
value of an array is ambiguous"); on scalars `w = 0` binds a loop variable and changes no array; and without a mask the
next fine-tuning step revives pruned weights (see `pruning/masks/mask.py`).

Source: Han, Pool, Tran, Dally 2015 (arXiv:1506.02626), section 3.
Differs from the paper: there the threshold is a quality parameter times each layer's standard deviation; here one
threshold holds for the whole model, as in the interview question. Left out: choosing it, and pruning gradually.
"""

from typing import Any

import numpy as np

from minicompress._base.arguments import number
from minicompress.nn.seen import check_layers, master_weights, weight_parameters
from minicompress.pruning.masks.mask import Mask, set_mask
from minicompress.pruning.report import sparsity

__all__ = ["weight_pruning"]


def weight_pruning(model: Any, threshold: float, *, hold: bool = True) -> float:
    """Set every weight with |w| < `threshold` (strictly) to 0 in place; biases stay.

    Parameters
    ----------
    model : an object with `.layers`, each with `.weights`, a list of NumPy arrays.
    threshold : number >= 0, in the weights' unit. For floats it is rounded to each array's dtype before it is compared,
        so that a float32 weight of 0.1 counts as equal to the threshold 0.1 and stays. Infinity prunes everything.
    hold : attach a `Mask` to the weight Parameters, so that pruned weights stay 0 through fine-tuning. On by default
        because fine-tuning usually follows. Layers without `weight_parameters()` are pruned without a mask. With
        `hold=False` no mask is attached, and an earlier mask stays.

    Returns
    -------
    float, the sparsity afterwards: zeros / all weights over the whole model, in [0, 1] (0.0 without weights).

    Pruning again combines masks: weights that an earlier mask holds stay 0, and each Parameter has one mask. To let
    pruned weights train again, call `parameter.bake()`: it drops the transforms and leaves the zeros.

    Raises
    ------
    ValueError : `threshold` negative, NaN or no number; a weight that is not a writable array of numbers, or with NaN,
        which is neither small nor large. Nothing is changed then.

    >>> from minicompress import nn
    >>> model = nn.zoo.mlp([4, 8, 3], rng=np.random.default_rng(0))
    >>> weight_pruning(model, 0.5) == sparsity(model)
    True
    >>> float(np.abs(model.layers[1].weights[0]).max()) > 0.5
    True
    >>> model.layers[1].weight.transforms
    [Mask(keeps 19 of 32)]
    """
    check_layers("weight_pruning", model)
    threshold = number("weight_pruning", "threshold", threshold, low=0, finite=False)
    for w in master_weights(model):
        _check_writable(w)

    _apply_masks(model)  # values that were written into masked weights must not count
    for w in master_weights(model):
        t = _in_dtype_of(w, threshold)
        w[(w < t) & (w > -t)] = 0  # not |w| < t: in int8 |-128| is -128
    if hold:
        _hold_zeros(model)
    return sparsity(model)


def _apply_masks(model):
    for parameter in weight_parameters(model):
        for transform in parameter.transforms:
            if isinstance(transform, Mask):
                transform.project(parameter.value)


def _hold_zeros(model):
    for parameter in weight_parameters(model):
        set_mask(parameter, parameter.value != 0)


def _check_writable(w):
    if not isinstance(w, np.ndarray):
        raise ValueError(f"weight_pruning: weights must be NumPy arrays to be pruned in place, got {type(w).__name__}")
    if not w.flags.writeable:
        raise ValueError(f"weight_pruning: weights must be writable arrays, got a read-only one of shape {w.shape}")
    if w.dtype.kind not in "fiu" or np.isnan(w).any():
        raise ValueError(
            f"weight_pruning: weights must be numbers without NaN, got an array of {w.dtype}, shape {w.shape}"
        )


def _in_dtype_of(w, threshold):
    if not np.issubdtype(w.dtype, np.floating):
        return threshold
    with np.errstate(over="ignore"):  # 1e300 becomes float32's infinity, which is what it means here
        return w.dtype.type(threshold)
