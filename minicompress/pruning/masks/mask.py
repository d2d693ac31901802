"""Mask: holds pruned weights at zero while the others train.

    seen  = m * w          forward:  the network computes without the pruned weights
    dL/dw = m * dL/dseen   backward: no gradient reaches them
    w    <- m * w          project:  after each optimizer step the master is zero there again

The third line is often forgotten. A zero gradient does not mean a zero step: momentum and Adam's first moment contain
gradients from before the pruning, and decoupled weight decay moves every weight that is not zero. With SGD at momentum
0.9, a velocity v from before still moves the weight by 0.9 / (1 - 0.9) = 9 times v (times the learning rate) after its
gradient has become 0: without the projection a "90% sparse" master is dense again after one epoch, and `layer.weights`
shows a dense network.

Source: Han, Pool, Tran, Dally 2015 (arXiv:1506.02626), section 3: prune, then retrain the connections that are left.
Left out: masks that change while training (`regrowth.py`).
"""

from typing import Any

import numpy as np

from minicompress._base import arguments
from minicompress.nn.architecture import register
from minicompress.nn.parameter import Parameter, WeightTransform
from minicompress.nn.seen import each_weight

__all__ = ["Mask", "keep_where", "set_mask", "unmasked_weights"]


@register
class Mask(WeightTransform):
    """Keep the weights where `m` is true and hold the others at zero.

    Parameters
    ----------
    m : array of the weight's shape; nonzero (True) keeps the weight. It is copied, as booleans.

    Raises ValueError for an m that is not an array of numbers without NaN, and in use for a weight of another shape.

    >>> m = Mask(np.array([True, False, True]))
    >>> m.forward(np.array([1.0, 2.0, 3.0])).tolist()
    [1.0, 0.0, 3.0]
    """

    def __init__(self, m: np.ndarray):
        self.m = as_mask("Mask", m)

    def forward(self, w: np.ndarray) -> np.ndarray:
        """Return m * w, shape and dtype of `w`; 0 where m is False, even if it is NaN or infinite."""
        arguments.same_shape("Mask", "w", w, self.m.shape)
        return keep_where(self.m, w)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return m * dy, shape and dtype of `dy`; 0 where m is False, even if it is NaN or infinite."""
        return keep_where(self.m, dy)

    def project(self, value: np.ndarray) -> None:
        """Zero the pruned entries of the master in place."""
        arguments.same_shape("Mask", "w", value, self.m.shape)
        keep_where(self.m, value, out=value)

    def config(self) -> dict:
        """Return {}: the mask is the whole state."""
        return {}

    def arrays(self) -> dict:
        """Return {"m": the mask}."""
        return {"m": self.m}

    def __repr__(self):
        return f"Mask(keeps {np.count_nonzero(self.m)} of {self.m.size})"


def as_mask(owner: str, m: np.ndarray) -> np.ndarray:
    """Return a copy of an array of numbers as booleans; NaN is refused."""
    m = arguments.array(owner, "m", m, kinds="biuf", expected="an array of booleans or numbers")
    if np.isnan(m).any():
        arguments.reject(owner, "m", "free of NaN", f"{m.dtype} of shape {m.shape}")
    return m.astype(bool)


def keep_where(m: np.ndarray, w: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """Return w where m is True and 0 elsewhere, into `out` if given. A zero may be -0.0.

    >>> keep_where(np.array([True, False]), np.array([1.0, np.nan])).tolist()
    [1.0, 0.0]
    """
    # The product is ten times as fast as w[~m] = 0; but NaN * 0 and infinity * 0 are NaN.
    with np.errstate(invalid="ignore"):
        seen = np.multiply(m, w, out=out)
    if np.isnan(seen).any():
        seen[~m] = 0
    return seen


def set_mask(parameter: Parameter, m: np.ndarray) -> None:
    """Make Mask(m) the one mask of a Parameter, in place, and zero what it prunes; an earlier mask is replaced.

    It is the first transform: a quantizer behind it then sets its scale by the weights that are left.
    """
    mask = Mask(m)
    mask.project(parameter.value)
    parameter.transforms = [mask, *(t for t in parameter.transforms if not isinstance(t, Mask))]


def unmasked_weights(model: Any) -> list[np.ndarray]:
    """Return the weight arrays of a model with what its masks hide at 0, before any quantizer: what is left to rank.

    For layers without `weight_parameters()` these are their `.weights`. A mask is any transform with an attribute `m`.

    >>> from minicompress import nn
    >>> model = nn.Sequential(nn.Linear(2, 1, rng=np.random.default_rng(0)))
    >>> model.layers[0].weight.transforms.append(Mask(np.zeros((1, 2))))
    >>> int(np.count_nonzero(unmasked_weights(model)[0]))
    0
    """
    weights = []
    for _, w, parameter in each_weight(model):
        for transform in () if parameter is None else parameter.transforms:
            m = getattr(transform, "m", None)
            w = keep_where(m, w) if isinstance(m, np.ndarray) and m.dtype == bool else w
        weights.append(w)
    return weights
