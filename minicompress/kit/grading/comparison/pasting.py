"""Calls as Python that can be pasted: `np.array([[0.5, -1.0]], dtype=np.float32)`, not `array(1, 2)`.

    paste(value)            Python whose value is equal to this one, or NotPasteable
    paste(value, kept)      the same; large arrays are put into the dict `kept` and named `arrays["a1"]`

Values that were built for a check say themselves how they are written: `as_python(write)`.
"""

import math

import numpy as np

__all__ = ["NotPasteable", "paste", "paste_call"]

MOST_CHARACTERS = 400  # of a call in a message
MOST_ENTRIES = 100  # of an array that is written out; no longer one fits into a message
MOST_ENTRIES_BESIDE = 24  # where longer ones are kept beside the text
PLAIN_KINDS = "biuf"  # of dtypes whose numbers are written as Python's


class NotPasteable(ValueError):
    """This value has no Python that makes an equal one, or only one that is too long."""


def paste_call(name, args):
    """`name(arg, ...)` as Python of at most MOST_CHARACTERS, or NotPasteable."""
    text = f"{name}({', '.join(paste(arg) for arg in args)})"
    if len(text) > MOST_CHARACTERS:
        raise NotPasteable(name)
    return text


def paste(value, kept=None):
    """Python for an equal value. The only name that it needs is `np`, and those of stand-ins."""
    if type(value) is np.ndarray:
        return _array(value, kept)
    if isinstance(value, np.generic) and value.dtype.kind in PLAIN_KINDS:
        name = "bool_" if value.dtype.kind == "b" else value.dtype.name  # np.bool is missing in NumPy before 2.0
        return f"np.{name}({_number(value)})"
    if type(value) is float:
        return _number(value)
    if value is None or type(value) in (bool, int, str, bytes):
        return repr(value)
    if type(value) in (list, tuple):
        items = [paste(item, kept) for item in value]
        if type(value) is list:
            return f"[{', '.join(items)}]"
        return f"({', '.join(items)}{',' * (len(items) == 1)})"
    if type(value) is dict:
        return "{" + ", ".join(f"{paste(key)}: {paste(item, kept)}" for key, item in value.items()) + "}"
    if hasattr(value, "as_python"):
        return value.as_python(lambda part: paste(part, kept))
    raise NotPasteable(type(value).__name__)


def _array(array, kept):
    if array.dtype.kind not in PLAIN_KINDS or not array.dtype.isnative:
        raise NotPasteable(array.dtype)
    # float64 and bool are what NumPy makes of such numbers by itself; which integer it makes depends on the system.
    dtype = "" if array.dtype.name in ("float64", "bool") else f", dtype=np.{array.dtype.name}"
    if array.size == 0:
        dtype = ", dtype=bool" if array.dtype.name == "bool" else dtype
        return f"np.zeros({array.shape}{dtype})"
    if array.size > 4 and not np.signbit(array).any() and (array == array.flat[0]).all():
        return f"np.full({array.shape}, {_number(array.flat[0])}{dtype})"
    if array.size <= (MOST_ENTRIES if kept is None else MOST_ENTRIES_BESIDE):
        return f"np.array({_nested(array)}{dtype})"
    if kept is None:
        raise NotPasteable(array.shape)
    name = f"a{len(kept) + 1}"
    kept[name] = array.copy()
    return f'arrays["{name}"]'


def _nested(array):
    if array.ndim == 0:
        return _number(array[()])
    return f"[{', '.join(_nested(row) if array.ndim > 1 else _number(row) for row in array)}]"


def _number(number):
    """A number in the fewest digits that give it back, without NumPy's wrapper."""
    if isinstance(number, (np.bool_, np.integer)):
        return str(number.item())
    if math.isfinite(number):
        return str(number) if isinstance(number, np.generic) else repr(number)
    return "np.nan" if math.isnan(number) else "np.inf" if number > 0 else "-np.inf"
