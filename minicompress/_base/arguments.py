"""Checks of arguments. Every message names the function or class, the argument, what was expected and what it got.

Wrong types raise ValueError too, as wrong values do, so that a caller has one error to expect.
"""

import math
import numbers
import os
import warnings

import numpy as np

__all__ = [
    "array",
    "file_path",
    "float_dtype",
    "floats",
    "function",
    "generator",
    "number",
    "one_of",
    "positive",
    "reject",
    "same_shape",
    "shape",
    "whole_number",
]


def reject(owner, argument, expected, got):
    """Raise the ValueError `owner: argument must be expected, got ...`."""
    text = repr(got)
    raise ValueError(f"{owner}: {argument} must be {expected}, got {text if len(text) <= 120 else text[:117] + '...'}")


def number(owner, argument, value, *, low=-math.inf, high=math.inf, open_low=False, open_high=False, finite=True):
    """Return `value` as a float if it is a real number in the interval, else raise ValueError."""
    is_real = isinstance(value, (numbers.Real, np.floating, np.integer)) and not isinstance(value, (bool, np.bool_))
    inside = (
        is_real
        and (low < value if open_low else low <= value)  # NaN fails here
        and (value < high if open_high else value <= high)
        and (not finite or math.isfinite(value))
    )
    if not inside:
        reject(owner, argument, _interval(low, high, open_low, open_high, finite), value)
    return float(value)


def whole_number(owner, argument, value, *, low=None, high=None):
    """Return `value` as an int if it is an integer, Python's or NumPy's, from low to high, else raise ValueError."""
    is_whole = isinstance(value, (int, np.integer)) and not isinstance(value, (bool, np.bool_))
    if not is_whole or (low is not None and value < low) or (high is not None and value > high):
        if low is not None and high is not None:
            expected = f"an integer from {low} to {high}"
        elif low is not None:
            expected = f"an integer >= {low}"
        else:
            expected = "an integer"
        reject(owner, argument, expected, value)
    return int(value)


def array(owner, argument, value, *, kinds="fiu", expected="an array of numbers", finite=False):
    """Return `value` as an array if its dtype is of one of `kinds`, else raise ValueError; `finite` refuses NaN too.

    Kinds are NumPy's letters: f floats, i and u integers, b bool.
    """
    try:
        value = np.asarray(value)
    except ValueError:  # rows of different lengths
        reject(owner, argument, expected, value)
    if value.dtype.kind not in kinds:
        reject(owner, argument, expected, f"{value.dtype} of shape {value.shape}")
    if finite and not np.isfinite(value).all():
        raise ValueError(f"{owner}: {argument} must be finite, got NaN or infinity in an array of shape {value.shape}")
    return value


def positive(owner, argument, value):
    """Return `value`, a number or an array, as a float64 array if it is finite and > 0, else raise ValueError."""
    try:
        value = np.asarray(value)
        positive = value.dtype.kind in "fiu" and bool((np.isfinite(value) & (value > 0)).all())
    except ValueError:
        positive = False
    if not positive:
        reject(owner, argument, "finite and > 0", value.tolist() if isinstance(value, np.ndarray) else value)
    return value.astype(np.float64)


def one_of(owner, argument, value, choices):
    """Return `value` if it is among `choices`, else raise ValueError."""
    if not any(isinstance(value, type(choice)) and value == choice for choice in choices):  # lists have no hash
        reject(owner, argument, f"one of {', '.join(map(repr, choices))}", value)
    return value


def generator(owner, argument, value):
    """Return `value` if it is a `numpy.random.Generator`, else raise ValueError."""
    if not isinstance(value, np.random.Generator):
        reject(owner, argument, "a numpy.random.Generator such as np.random.default_rng(0)", value)
    return value


def function(owner, argument, value, like="a function"):
    """Return `value` if it can be called, else raise ValueError; `like` says what is expected."""
    if not callable(value):
        reject(owner, argument, like, value)
    return value


def floats(owner, argument, value, *, otherwise=np.float32):
    """Return `value` as an array of floats: an array of floats itself, integers and bools in the dtype `otherwise`.

    Raises ValueError for anything else, such as complex numbers and strings.
    """
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
        array = np.asarray(None)
    if np.issubdtype(array.dtype, np.floating):
        return array
    if not np.issubdtype(array.dtype, np.integer) and array.dtype != bool:
        got = f"dtype {array.dtype}" if isinstance(value, np.ndarray) else repr(value)[:120]
        raise ValueError(f"{owner}: {argument} must be an array of numbers, got {got}")
    return array.astype(otherwise)


def float_dtype(owner, argument, value, *, among=None):
    """Return `value` as a NumPy dtype if it is a float dtype and, if `among` is given, one of these; else raise."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of deprecated type codes
            dtype = np.dtype(value)
    except (TypeError, ValueError, SyntaxError):
        dtype = None
    if value is None or dtype is None or dtype not in (among or (np.float16, np.float32, np.float64, np.longdouble)):
        names = " and ".join(np.dtype(one).name for one in among or ())
        reject(owner, argument, f"one of {names}" if among else "a dtype of floats, such as np.float32", value)
    return dtype


def file_path(owner, argument, value):
    """Return `value` if it is a path, a str or an os.PathLike, else raise ValueError."""
    if not isinstance(value, (str, os.PathLike)):
        reject(owner, argument, "a path", value)
    return value


def shape(owner, argument, value, *, like="a shape such as (1, 28, 28)"):
    """Return `value` as a tuple of ints if it is a sequence of integers >= 0, else raise ValueError."""
    sizes = tuple(value) if np.iterable(value) else (None,)
    if not all(isinstance(one, (int, np.integer)) and not isinstance(one, bool) and one >= 0 for one in sizes):
        reject(owner, argument, like if np.iterable(value) else f"{like}; not iterable", value)
    return tuple(map(int, sizes))


def same_shape(owner, argument, array, shape):
    """Raise ValueError unless `array` has `shape`."""
    if np.shape(array) != tuple(shape):
        raise ValueError(f"{owner}: {argument} must have shape {tuple(shape)}, got shape {np.shape(array)}")


def _interval(low, high, open_low, open_high, finite):
    parts = []
    if low != -math.inf:
        parts.append(f"{'>' if open_low else '>='} {low:g}")
    if high != math.inf:
        parts.append(f"{'<' if open_high else '<='} {high:g}")
    kind = "a finite number" if finite else "a number"
    return f"{kind} {' and '.join(parts)}" if parts else kind
