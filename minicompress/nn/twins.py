"""Choice between the NumPy function in a module of `nn` and its compiled twin in `minicompress.kernels`.

    y = fastest(convolve, size, x, w, b)(x, w, b, stride, padding, groups)

The twin of `convolve` in `nn/layers/conv.py` is `convolve` in `kernels/conv.py`. It is used for float32 and float64
arrays from the size on at which it is faster. Everything else uses NumPy, as does everything with NUMBA_DISABLE_JIT=1.
The choice depends only on the arguments. A twin is imported at its first use, and numba with it, which takes a moment.

A twin that needs no numba (`kernels/linear.py`) serves every size and dtype: `uncompiled(linear_backward)`.
"""

import functools
import importlib
import warnings

import numpy as np

__all__ = ["fastest", "uncompiled"]

_WORTH_A_TWIN = 10_000  # numbers, for which NumPy needs about 0.02 ms


def fastest(function, size, *arrays):
    """Return `function` or its twin, whichever is faster for `size` numbers in these arrays (None is ignored)."""
    dtypes = {array.dtype for array in arrays if array is not None}
    if size < _WORTH_A_TWIN or dtypes not in ({np.dtype(np.float32)}, {np.dtype(np.float64)}):
        return function
    kernels = _kernels(function.__module__.rpartition(".")[2])
    return function if kernels is None else getattr(kernels, function.__name__)


@functools.cache
def uncompiled(function):
    """Return the twin of `function` in a module of `minicompress.kernels` that needs no numba."""
    stem = function.__module__.rpartition(".")[2]
    return getattr(importlib.import_module(f"minicompress.kernels.{stem}"), function.__name__)


@functools.cache
def _kernels(stem):
    """Return the module of the compiled twins named `stem`, or None if loops are not compiled."""
    try:
        from minicompress.kernels import jit
    except ImportError as error:  # usually because NumPy is too new for numba
        warnings.warn(f"numba cannot be imported, training is several times slower: {error}", stacklevel=2)
        return None
    return importlib.import_module(f"minicompress.kernels.{stem}") if jit.COMPILES else None
