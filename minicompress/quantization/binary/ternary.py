"""Ternary weights: a third value, 0, halves the error of a sign for about half a bit more.

    Delta = 0.7 mean |w|
    q     = sign(w) where |w| > Delta, 0 elsewhere
    alpha = mean of |w| over the weights with |w| > Delta       (not over all, and not max |w|)
    w ~ alpha q

For any threshold this alpha is the best, as in `binarize.py`, and the error left over is

    sum (w - alpha q)^2 = sum w^2 - (sum over |w| > Delta of |w|)^2 / (how many there are)

So the best Delta makes the last term largest. It has no closed form for given weights: `best_threshold` sorts |w| and
tries all n thresholds. The paper uses a fixed multiple of mean |w| instead. The best multiple is 2/3 if |w| is uniform,
0.767 (0.612 sigma) if w is normal, and 1 if |w| is exponential. 0.7 is between the first two, and the minimum is flat:
for normal weights 0.7 leaves 0.192 of sum w^2, the best multiple 0.190, a sign alone 0.363.

Source: Li et al. 2016 (arXiv:1605.04711); 0.7 as in the authors' code, fengfu-chris/caffe-twns. The version of 2022
says 0.75.
Left out: two learned scales (TTQ, Zhu et al. 2016, arXiv:1612.01064), a threshold for each filter.
"""

import numpy as np

from minicompress._base.arguments import number
from minicompress.nn.architecture import register
from minicompress.nn.parameter import WeightTransform
from minicompress.quantization.binary.binarize import finite_floats, mean_of

__all__ = ["Ternarize", "best_threshold", "ternarize"]


def ternarize(w: np.ndarray, *, factor: float = 0.7) -> tuple[np.ndarray, float]:
    """Return the codes q in {-1, 0, +1} and the scale alpha, so that w is about alpha * q.

    Parameters
    ----------
    w : array of floats, any shape, not empty.
    factor : float >= 0, the threshold Delta in units of mean|w|; 0.7 as in the authors' code.

    Returns
    -------
    q : int8 array of the shape of `w`; 0 where |w| <= Delta, so that 0 stays 0 even with factor 0.
    alpha : float, the mean of |w| where q is not 0; 0.0 if q is all zero. Sums are taken in float64.

    Raises
    ------
    ValueError : `w` empty, not of floats, not finite; factor negative.

    >>> q, alpha = ternarize(np.array([1.0, -0.1, -2.0]))
    >>> q.tolist(), alpha
    ([1, 0, -1], 1.5)
    """
    factor = number("ternarize", "factor", factor, low=0)
    return _ternarize(finite_floats("ternarize", w), factor)


def best_threshold(w: np.ndarray) -> float:
    """Return the threshold Delta >= 0 with the smallest error, of all there are: it sorts |w|.

    With |w| sorted from the largest, keeping the first k leaves sum w^2 - (|w|_1 + ... + |w|_k)^2 / k; Delta is the
    largest magnitude that is not kept, or 0.0. Raises ValueError for `w` empty, not of floats, not finite.

    >>> best_threshold(np.array([1.0, -0.1, -2.0]))
    0.1
    """
    a = np.sort(np.abs(finite_floats("best_threshold", w)), axis=None)[::-1].astype(np.float64)
    # By a power of two near 1, so that no square is too large or too small for a float.
    gain = np.cumsum(np.ldexp(a, -np.frexp(a[0])[1])) ** 2 / np.arange(1, a.size + 1)
    # Ties cannot be split, and need not be: within a run of equal |w| the gain is convex in k.
    dropped = np.append(a[1:], 0.0)
    return float(dropped[np.argmax(gain)])


@register
class Ternarize(WeightTransform):
    """Show the network ternary weights alpha * q, and pass gradients straight through to the latent floats.

    Delta and alpha are those of the current weights. The latent floats are not clipped: alpha follows them. `factor` is
    the threshold in units of mean|w|, as in `ternarize`.

    Use: `attach_quantizers(model, Ternarize())`, train, then `model.bake()`.

    Source: Li et al. 2016 (arXiv:1605.04711).

    >>> Ternarize().forward(np.array([1.0, -0.1, -2.0])).tolist()
    [1.5, 0.0, -1.5]
    """

    def __init__(self, *, factor: float = 0.7):
        self.factor = number("Ternarize", "factor", factor, low=0)

    def forward(self, w):
        """Return alpha * q: shape and dtype of `w`."""
        q, alpha = _ternarize(w, self.factor)
        return q.astype(w.dtype) * w.dtype.type(alpha)

    def backward(self, dy):
        """Return dy, as a new array: straight through."""
        return np.array(dy)

    def surrogate(self, w):
        """Return the function whose derivative `backward` is: the identity."""
        return np.array(w)

    def config(self):
        """Return the arguments of the constructor."""
        return {"factor": self.factor}

    def __repr__(self):
        return f"Ternarize(factor={self.factor})"


def _ternarize(w, factor):
    a = np.abs(w)
    threshold = factor * float(mean_of(a).item())
    kept = a > threshold
    # If no weight is above Delta, alpha is 0; with NaN or infinity among the weights it is NaN, which the loss shows.
    alpha = float(mean_of(a[kept]).item()) if kept.any() else 0.0 * threshold
    return np.where(kept, np.sign(w), 0).astype(np.int8), alpha
