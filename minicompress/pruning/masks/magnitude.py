"""The mask that prunes exactly k weights of an array, the smallest magnitudes.

    k = round(sparsity * n)                    half to even, as Python and PyTorch round
    m = 0 for the k smallest |w|, 1 elsewhere  among equal |w| the first in C order goes first

A threshold does not give an exact count: weights that are quantized, clipped or shared hold the same value many times,
and `|w| > t` keeps all of them or none. So with t the k-th smallest magnitude, all weights below t are pruned, and as
many of the weights equal to t as are needed for k.

Source: Han, Pool, Tran, Dally 2015 (arXiv:1506.02626), section 3, for the criterion.
Differs from the paper: it takes a threshold, not a count. Differs from `torch.nn.utils.prune.l1_unstructured`: that
rounds the count alike, but leaves it to `topk` which of equal magnitudes go.
Left out: how much each layer should lose (`pruning/criteria/allocation.py`).
"""

import numpy as np

from minicompress._base import arguments

__all__ = ["magnitude_mask"]


def magnitude_mask(w: np.ndarray, sparsity: float) -> np.ndarray:
    """Return the mask that prunes the share `sparsity` of the weights w, the smallest magnitudes.

    Of equal magnitudes the first in C order is pruned first, as the exercise `pruning/magnitude_mask` says; the
    rule for ties is in `pruning/ranking.py`.

    Parameters
    ----------
    w : array of floats without NaN, any shape, empty too. It does not change.
    sparsity : number in [0, 1], the share that is pruned. 0 keeps all, 1 prunes all.

    Returns
    -------
    Boolean array of the shape of `w`: True keeps. Exactly round(sparsity * w.size) entries are False.

    Raises
    ------
    ValueError : `sparsity` outside [0, 1]; `w` not an array of floats, or with NaN, which has no rank.

    >>> magnitude_mask(np.array([0.3, -0.1, 0.2, 0.2]), 0.5).tolist()
    [True, False, False, True]
    """
    sparsity = arguments.number("magnitude_mask", "sparsity", sparsity, low=0, high=1)
    if not isinstance(w, np.ndarray) or not np.issubdtype(w.dtype, np.floating) or np.isnan(w).any():
        arguments.reject("magnitude_mask", "w", "an array of floats without NaN", w)
    return _keep_all_but(round(sparsity * w.size), np.abs(w).reshape(-1)).reshape(w.shape)


def _keep_all_but(k, magnitudes):
    """The mask over a flat array that prunes its k smallest values, the first of equal ones first."""
    m = np.ones(len(magnitudes), dtype=bool)
    if k == 0:
        return m
    t = np.partition(magnitudes, k - 1)[k - 1]  # finds the cut in linear time; a sort takes ten times as long
    m[magnitudes < t] = False
    ties = np.flatnonzero(magnitudes == t)
    m[ties[: k - np.count_nonzero(~m)]] = False
    return m
