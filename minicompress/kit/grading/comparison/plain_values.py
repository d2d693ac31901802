"""Plain values: what the grader compares, and why everything else is refused by its name.

A subclass of ndarray or float may answer comparisons as it likes, a masked array hides what it masks, and a longdouble
is not the same number on every machine. So the exact type counts, never `isinstance`, which asks the object itself.
Containers may be of a subclass (a namedtuple is a tuple); they are read by the methods of the built-in type.
"""

import sys
from dataclasses import dataclass

import numpy as np

__all__ = ["Foreign", "children", "is_container", "is_plain", "state_of"]

_SCALARS = frozenset({type(None), bool, int, float, complex, str, bytes})
_KINDS = "?bhilqBHILQefdFDSU"  # NumPy's type characters except longdouble (g, G), objects, dates and records
_NUMPY_SCALARS = frozenset(np.dtype(character).type for character in _KINDS)


@dataclass(frozen=True)
class Foreign:
    """A leaf that is not compared: its type, in words."""

    kind: str
    resembles: bool = False  # a number or an array, but not exactly of a type that is compared

    @classmethod
    def of(cls, value):
        """The leaf that represents a value."""
        kind = type(value)
        if kind is np.ndarray:
            return cls(f"numpy.ndarray of dtype {value.dtype}", value.dtype.kind in "fc")
        name = f"numpy.{kind.__name__}" if kind.__module__.split(".")[0] == "numpy" else kind.__name__
        return cls(name, issubclass(kind, (np.ndarray, np.generic, int, float, complex, str, bytes)))


def is_plain(value):
    """Whether a value is a number, text, None or base ndarray of numbers or text, of exactly such a type."""
    if type(value) is np.ndarray:
        return value.dtype.char in _KINDS
    return type(value) in _SCALARS or type(value) in _NUMPY_SCALARS


def is_container(value):
    """Whether a value is a list, tuple or dict, or of a subclass."""
    return issubclass(type(value), (list, tuple, dict))


def children(value):
    """(built-in type, [(suffix of the path, child), ...]) of a container."""
    if issubclass(type(value), dict):
        return dict, [(f"[{key!r}]", child) for key, child in dict.items(value)]
    kind = list if issubclass(type(value), list) else tuple
    return kind, [(f"[{i}]", child) for i, child in enumerate(kind.__iter__(value))]


def state_of(value):
    """{name: value} of an object of the kit's own that shows its state, else None."""
    kind = type(value)
    home = sys.modules.get(kind.__module__)
    ours = kind.__module__.startswith("minicompress") and getattr(home, kind.__name__, None) is kind
    return kind.state(value) if ours and hasattr(kind, "state") else None
