"""Who computes: the NumPy function that a module explains, or its compiled twin in `minicompress.kernels`?

    y = fastest(convolve, size, x, w, b)(x, w, b, stride, padding, groups)

The twin of `nn/conv.py`'s `convolve` is `kernels/conv.py`'s. It takes over where it knows the dtype and there is enough
to do. Everything else, and everything under NUMBA_DISABLE_JIT=1, stays with NumPy. The choice depends on the arguments
alone, never on what was loaded before: the same seed gives the same numbers.

A twin is imported at its first use, and numba with it, which takes a moment. A convolution is worth it at once. What
is only a little faster, an optimizer's step, stays with NumPy until that has taken as long as the import would have: so
who trains a fully connected network for a few seconds never waits, and nobody waits for more than twice the best. Such
twins must agree with NumPy to the last bit.
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
    """`fastest`, for a twin that agrees to the last bit: NumPy goes on until it has cost as much as importing numba."""
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
