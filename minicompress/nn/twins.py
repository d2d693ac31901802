"""Choice between the NumPy function that a module explains and its compiled twin in `minicompress.kernels`.

    y = fastest(convolve, size, x, w, b)(x, w, b, stride, padding, groups)

The twin of `nn/layers/conv.py`'s `convolve` is `kernels/conv.py`'s. It is used for float32 and float64, from a size
on at which it is faster; NumPy does everything else, and everything under NUMBA_DISABLE_JIT=1. `fastest` chooses by
the arguments alone.

A twin is imported at its first use, and numba with it, which takes a moment. A convolution is worth it at once. A twin
that is only a little faster, an optimizer's step, is used by `fastest_if_it_pays` once numba is loaded, or once NumPy
has taken as long as the import would: training a small network never waits for the import. That choice depends on what
was loaded before, so these twins agree with NumPy to the last bit: the same seed gives the same numbers.
"""

import functools
import importlib
import sys
import warnings

import numpy as np

__all__ = ["fastest", "fastest_if_it_pays"]

_WORTH_A_TWIN = 10_000  # numbers to look at: NumPy needs about 0.02 ms for them
_WORTH_AN_IMPORT = 1_000_000_000  # weights updated by SGD: the twin saves about 0.2 s on them
_updated = 0


def fastest(function, size, *arrays):
    """Return `function` or its twin, for `size` numbers to look at and these arrays (None among them is ignored)."""
    dtypes = {array.dtype for array in arrays if array is not None}
    if size < _WORTH_A_TWIN or dtypes not in ({np.dtype(np.float32)}, {np.dtype(np.float64)}):
        return function
    kernels = _kernels(function.__module__.rpartition(".")[2])
    return function if kernels is None else getattr(kernels, function.__name__)


def fastest_if_it_pays(function, size, *arrays):
    """`fastest`, for a twin that agrees to the last bit: NumPy is used until it has cost as much as importing numba."""
    global _updated
    if "numba" not in sys.modules and _updated < _WORTH_AN_IMPORT:
        _updated += size
        return function
    return fastest(function, size, *arrays)


@functools.cache
def _kernels(stem):
    """The module of twins of nn/<stem>.py, or None where loops are not compiled."""
    try:
        from minicompress.kernels import jit
    except ImportError as error:  # as a rule a NumPy that is newer than numba
        warnings.warn(f"numba cannot be imported, training is several times slower: {error}", stacklevel=2)
        return None
    return importlib.import_module(f"minicompress.kernels.{stem}") if jit.COMPILES else None
