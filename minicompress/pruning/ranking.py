"""Ranking of weights and scores: magnitudes, order, ties.

    magnitudes    |w| without wrapping: in int8 |-128| is -128, and in uint8 -1 is 255
    order         largest first, among equals the lower index first; without negating, which wraps too
    ties          numbers that should be equal may differ in the last bits, depending on how a processor adds them up;
                  so numbers closer than a tolerance count as equal, and so do chains of such numbers

The rule for ties, in all of `minicompress.pruning`:

    functions that choose what to keep          keep the first of equals: `n_m_mask`, `structure_pruning`,
                                                `network_slimming`, `layer_pruning`, `hybrid_pruning`
    functions that prune a share of the weights prune the first of equals: `magnitude_mask`, and with it `local_masks`,
                                                `global_masks`, `sensitivity_scan`, `prune_survivors`, `lottery_rounds`

The second line differs because the exercises `magnitude_mask`, `local_vs_global`, `sensitivity_scan` and
`lottery_ticket` state it, and the library agrees with them. "First" is the order of the layers, then C order.

"""

import numpy as np

__all__ = ["largest_first", "magnitudes", "with_ties"]


def magnitudes(w: np.ndarray) -> np.ndarray:
    """Return |w| for an array of numbers, exact for every dtype: floats keep their dtype, integers become uint64.

    >>> magnitudes(np.array([-128, 5], np.int8)).tolist()
    [128, 5]
    """
    if w.dtype.kind == "f":
        return np.abs(w)
    if w.dtype.kind == "i":
        return np.abs(w.astype(np.int64)).view(np.uint64)  # |-2^63| keeps its bits, which are 2^63 in uint64
    return w.astype(np.uint64)


def largest_first(x: np.ndarray) -> np.ndarray:
    """Return the indices that sort the last axis of x in descending order; of equal ones the lower index first.

    >>> largest_first(np.array([1, 3, 1, 3])).tolist()
    [1, 3, 0, 2]
    """
    return x.shape[-1] - 1 - np.argsort(x[..., ::-1], axis=-1, kind="stable")[..., ::-1]


def with_ties(x: np.ndarray, *, relative: float = 0.0, absolute: float = 0.0) -> np.ndarray:
    """Return x with numbers made equal that differ by no more than a rounding.

    Two neighbours in order count as equal if they differ by at most `relative` of the larger magnitude, or `absolute`;
    all numbers of such a chain become its smallest.

    >>> with_ties([0.3, 0.1 + 0.2, 1.0], relative=1e-9).tolist()
    [0.3, 0.3, 1.0]
    """
    x = np.asarray(x, np.float64)
    order = np.argsort(x, kind="stable")
    ascending = x[order]
    larger = np.maximum(np.abs(ascending[1:]), np.abs(ascending[:-1]))
    # In halves, which do not overflow.
    parted = ascending[1:] / 2 - ascending[:-1] / 2 > np.maximum(relative * (larger / 2), absolute / 2)
    first = np.concatenate([[0], 1 + np.flatnonzero(parted)]) if x.size else np.zeros(0, int)
    tied = np.empty_like(x)
    tied[order] = np.repeat(ascending[first], np.diff(first, append=x.size))
    return tied
