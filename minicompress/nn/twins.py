"""Choice between the NumPy function that a module explains and its compiled twin in `minicompress.kernels`.

    y = fastest(convolve, size, x, w, b)(x, w, b, stride, padding, groups)

The twin of `nn/layers/conv.py`'s `convolve` is `kernels/conv.py`'s. It is used for float32 and float64, from a size
on at which it is faster; NumPy does everything else, and everything under NUMBA_DISABLE_JIT=1. The choice depends on
the arguments alone. A twin is imported at its first use, and numba with it, which takes a moment once.

A twin that needs no numba (`kernels/linear.py`) serves every size and dtype: `uncompiled(linear_backward)`.
"""

import functools
import importlib
import warnings

import numpy as np

__all__ = ["fastest", "uncompiled"]

_WORTH_A_TWIN = 10_000  # numbers to look at: NumPy needs about 0.02 ms for them


def fastest(function, size, *arrays):
    """Return `function` or its twin, for `size` numbers to look at and these arrays (None among them is ignored)."""
    dtypes = {array.dtype for array in arrays if array is not None}
    if size < _WORTH_A_TWIN or dtypes not in ({np.dtype(np.float32)}, {np.dtype(np.float64)}):
        return function
    kernels = _kernels(function.__module__.rpartition(".")[2])
    return function if kernels is None else getattr(kernels, function.__name__)


@functools.cache
def uncompiled(function):
    """Return the twin of `function` from a module of `minicompress.kernels` that does without numba."""
    stem = function.__module__.rpartition(".")[2]
    return getattr(importlib.import_module(f"minicompress.kernels.{stem}"), function.__name__)


@functools.cache
def _kernels(stem):
    """The module of twins of nn/<stem>.py, or None where loops are not compiled."""
    try:
        from minicompress.kernels import jit
    except ImportError as error:  # as a rule a NumPy that is newer than numba
        warnings.warn(f"numba cannot be imported, training is several times slower: {error}", stacklevel=2)
        return None
    return importlib.import_module(f"minicompress.kernels.{stem}") if jit.COMPILES else None
