"""Binary weights: each weight is replaced by its sign times a shared scale, the mean magnitude.

    q     = +1 where w >= 0, -1 elsewhere        sign(0) = +1, for -0.0 too; never 0
    alpha = mean |w|                             over the array, or over each output channel
    w ~ alpha q

alpha minimizes J = sum (w - alpha q)^2: since q^2 = 1 and w q = |w|, J = sum w^2 - 2 alpha sum |w| + n alpha^2, which
is smallest at alpha = mean |w|, with the share 1 - (mean |w|)^2 / mean w^2 of sum w^2 left over: 1 - 2/pi = 0.363 for
normal weights. max |w| would be wider than nearly every weight.

Why not {0, 1}? A bit is stored as 0 or 1, but the value it stands for is -1 or +1. With {0, b} every negative weight
becomes 0, so that half of the weights are pruned: 1 - 1/pi = 0.682 is left over for normal weights, and still 0.595
with the best threshold instead of 0. And products of 0 and 1, computed by AND, cannot cancel.

Sources: Courbariaux et al. 2015 (arXiv:1511.00363, BinaryConnect: no alpha); Rastegari et al. 2016 (arXiv:1603.05279,
XNOR-Net: alpha for each filter).
Left out: a scale for each position of the input (XNOR-Net's K), more than one binary basis.
"""

import numpy as np

from minicompress._base.arguments import array, reject
from minicompress.quantization.granularity import check_output_axis

__all__ = ["binarize", "relative_error", "sign"]


def sign(x: np.ndarray):
    """Return +1 where x >= 0 and -1 elsewhere, as floats of the dtype of `x`. NaN stays NaN.

    Differs from `np.sign`, which has a third value: np.sign(0) is 0.
    """
    x = np.asarray(x)
    return np.where(x == 0, x.dtype.type(1), np.sign(x))


def binarize(w: np.ndarray, *, axis: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return the codes q in {-1, +1} and the scale alpha = mean|w|, so that w is about alpha * q.

    Parameters
    ----------
    w : array of floats, any shape, not empty.
    axis : 0, one alpha for each output channel (index along axis 0), as in XNOR-Net; None (the default), one alpha for
        the array.

    Returns
    -------
    q : int8 array of the shape of `w`.
    alpha : array of the dtype of `w` with as many axes, of length 1 where it is shared: alpha * q needs no reshape. The
        mean is taken in float64.

    Raises
    ------
    ValueError : `w` empty, not of floats, not finite; or without an axis although `axis` is 0; another axis.

    Source: Rastegari et al. 2016 (arXiv:1603.05279), section 3.1.

    >>> q, alpha = binarize(np.array([[0.5, -1.5], [2.0, 0.0]]), axis=0)
    >>> q.tolist(), alpha.tolist()
    ([[1, -1], [1, 1]], [[1.0], [1.0]])
    """
    w, axis = finite_floats("binarize", w), check_output_axis("binarize", axis)
    return sign(w).astype(np.int8), mean_magnitude(w, axis=axis)


def mean_magnitude(w: np.ndarray, *, axis: int | None) -> np.ndarray:
    """Return mean|w| with the axes of `w`, length 1 where it is shared; in the dtype of `w`."""
    if axis is not None and not w.ndim:
        reject("binarize", "w", "an array with an axis of output channels", w)
    return mean_of(np.abs(w), axis=None if axis is None else tuple(range(1, w.ndim))).astype(w.dtype)


def mean_of(magnitudes, axis=None):
    """Return the mean in float64, with the axes kept; scaled by a power of two, so that the sum does not overflow."""
    exponent = np.frexp(np.max(magnitudes, initial=0))[1] if magnitudes.dtype.itemsize > 4 else 0
    return np.ldexp(np.ldexp(magnitudes, -exponent).mean(axis=axis, keepdims=True, dtype=np.float64), exponent)


def relative_error(w: np.ndarray, approximation: np.ndarray) -> float:
    """Return sum (w - approximation)^2 / sum w^2: 0 is exact, 1 is what all zeros would leave. Float64.

    Raises ValueError if the shapes differ, `w` is all zero (or empty), or either is not an array of finite numbers.

    >>> relative_error(np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    0.2
    """
    w = array("relative_error", "w", w, finite=True).astype(np.float64)
    approximation = array("relative_error", "approximation", approximation, finite=True).astype(np.float64)
    if w.shape != approximation.shape:
        reject("relative_error", "approximation", f"of shape {w.shape}", approximation.shape)
    if not w.any():
        reject("relative_error", "w", "an array that is not all zero", w)
    unit = np.abs(w).max()  # in units of it no square is too large or too small for a float
    return float(np.sum((w / unit - approximation / unit) ** 2) / np.sum((w / unit) ** 2))


def finite_floats(owner, w):
    """Return `w` as an array of floats, or raise ValueError if it is empty, not of floats or not finite."""
    w = array(owner, "w", w, kinds="f", expected="a nonempty array of floats")
    if not w.size:
        reject(owner, "w", "a nonempty array of floats", f"{w.dtype} of shape {w.shape}")
    if not np.isfinite(w).all():
        reject(owner, "w", "finite", "NaN or infinity")
    return w
