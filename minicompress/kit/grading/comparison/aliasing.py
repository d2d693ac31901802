"""Find returned arrays that share memory with an argument, or with what an earlier call returned.

An exercise that asks for new arrays asks for the caller's safety: a write into the result must not change the
argument. `a.T`, `a[:]`, `a.reshape(...)` and `np.asarray(a)` are views of `a`, or `a` itself.
"""

import numpy as np

from minicompress.kit.grading.comparison.plain_values import children, is_container, state_of

__all__ = ["arrays_in", "first_shared"]

_MOST_WORK = 10_000  # candidates that `shares_memory` may try before the bounds of the two arrays decide


def arrays_in(value, path="", depth=0):
    """[(path, array)] of all arrays in a value, the very objects."""
    if isinstance(value, np.ndarray):
        return [(path, value)]
    if depth > 8:
        return []
    inside = children(value)[1] if is_container(value) else (state_of(value) or {}).items()
    return [found for name, child in inside for found in arrays_in(child, path + name, depth + 1)]


def first_shared(ones, others):
    """(path, other path) of the first two arrays that share memory, or None."""
    for path, one in ones:
        for other_path, other in others:
            if np.may_share_memory(one, other) and _share(one, other):
                return path, other_path
    return None


def _share(one, other):
    try:
        return bool(np.shares_memory(one, other, max_work=_MOST_WORK))
    except RuntimeError:  # TooHardError: the ranges of memory overlap, and whether two elements meet is costly to say
        return True
