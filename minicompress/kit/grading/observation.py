"""What did one call do? Its return value, its exception, and the state in which it left its arguments.

An `Outcome` holds all three as flat lists of leaves, `[(path, value), ...]`, so that any two outcomes (the learner's and
the reference's, the learner's and a known wrong answer's) can be compared and the first difference can be named.
"""

import re
from dataclasses import dataclass, field

import numpy as np

__all__ = ["Outcome", "Structure", "leaves", "same_leaves", "same_outcome"]


@dataclass(frozen=True)
class Structure:
    """A container as a leaf of its own: its kind and length."""

    kind: str
    length: int


@dataclass
class Outcome:
    """All that can be observed of one call."""

    returned: object = None
    error: BaseException | None = None
    printed: str = ""
    touched_random_state: bool = False
    returned_leaves: list = field(default_factory=list)
    argument_leaves: list = field(default_factory=list)
    expects_error: bool = False  # then the wording of an error does not matter


def leaves(value, path="", depth=0):
    """Flatten `value` into [(path, leaf)]: arrays are copied, objects with `state()` show what that returns."""
    if isinstance(value, np.ndarray):
        return [(path, value.copy())]
    if value is None or isinstance(value, (bool, int, float, complex, str, bytes, np.generic)):
        return [(path, value)]
    if depth > 8:
        return []
    if isinstance(value, (list, tuple)):
        children = [(f"{path}[{i}]", child) for i, child in enumerate(value)]
    elif isinstance(value, dict):
        children = [(f"{path}[{key!r}]", child) for key, child in value.items()]
    elif hasattr(value, "state"):
        return [leaf for name, child in value.state().items() for leaf in leaves(child, path + name, depth + 1)]
    else:
        return [(path, Structure(type(value).__name__, 0))]
    found = [(path, Structure(type(value).__name__, len(value)))]
    for child_path, child in children:
        found += leaves(child, child_path, depth + 1)
    return found


def same_outcome(one, other):
    """Whether two calls did the same, up to the rounding by which float32 and float64 arithmetic differ."""
    if (one.error is None) != (other.error is None):
        return False
    if one.error is not None and _error_key(one) != _error_key(other):
        return False
    return same_leaves(one.returned_leaves, other.returned_leaves) and same_leaves(
        one.argument_leaves, other.argument_leaves
    )


def same_leaves(ones, others, rtol=1e-4, atol=1e-6):
    """Whether two lists of leaves agree in paths, structure and, within the tolerance, values."""
    return len(ones) == len(others) and all(
        path == other_path and _same_leaf(one, other, rtol, atol)
        for (path, one), (other_path, other) in zip(ones, others, strict=True)
    )


def _same_leaf(one, other, rtol, atol):
    if isinstance(one, np.ndarray) != isinstance(other, np.ndarray):
        return False
    if _is_number(one) and _is_number(other):
        one, other = np.asarray(one), np.asarray(other)
        return one.shape == other.shape and bool(np.allclose(one, other, rtol=rtol, atol=atol, equal_nan=True))
    return type(one) is type(other) and bool(np.all(one == other))


def _is_number(leaf):
    return isinstance(leaf, (int, float, np.generic, np.ndarray)) and np.asarray(leaf).dtype.kind in "fiub"


def _error_key(outcome):
    if outcome.expects_error:
        return type(outcome.error).__name__
    # Numbers and shapes inside the text differ between two writings of the same mistake.
    return type(outcome.error).__name__, re.sub(r"[\d(),.\s]+", " ", str(outcome.error))[:60]
