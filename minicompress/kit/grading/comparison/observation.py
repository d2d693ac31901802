"""Observe one call: its return value, its exception, and the state in which it left its arguments.

An `Outcome` holds all three as flat lists of leaves, `[(path, value), ...]`. So any two outcomes, the learner's and the
reference's or the learner's and a known wrong answer's, can be compared, and their first difference can be named.
"""

import hashlib
import re
import traceback
from dataclasses import dataclass, field

import numpy as np

from minicompress.kit.grading.comparison.plain_values import Foreign, children, is_container, is_plain, state_of

__all__ = ["Outcome", "Structure", "Trace", "leaves", "same_leaves"]


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
    source: str | None = None  # the answer's file
    shared: tuple | None = None  # (path, path of the argument): a returned array that is not new; see `aliasing.py`
    failure: str | None = None  # "dtype" or "shared", where that alone is wrong: numbers do not show it


def leaves(value, path="", depth=0):
    """Flatten `value` into [(path, leaf)]: arrays are copied, objects with `state()` show what that returns."""
    if is_plain(value):
        return [(path, value.copy() if isinstance(value, np.ndarray) else value)]
    if depth > 8:
        return []
    if not is_container(value):
        state = state_of(value)
        if state is None:
            return [(path, Foreign.of(value))]
        return [leaf for name, child in state.items() for leaf in leaves(child, path + name, depth + 1)]
    kind, inside = children(value)
    found = [(path, Structure(kind.__name__, len(inside)))]
    for name, child in inside:
        found += leaves(child, path + name, depth + 1)
    return found


def same_leaves(ones, others):
    """Whether two lists of leaves are equal, to the bit of every number."""
    return len(ones) == len(others) and all(
        path == other_path and _same_leaf(one, other)
        for (path, one), (other_path, other) in zip(ones, others, strict=True)
    )


def _same_leaf(one, other):
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return type(one) is type(other) and one.dtype == other.dtype and np.array_equal(one, other, equal_nan=True)
    return type(one) is type(other) and (one == other or (one != one and other != other))


class Trace:
    """What an answer did in one check, in a form that is quick to compare with thousands of others.

    `digest` is a hash of everything that must be equal: paths, kinds, shapes, exceptions. `numbers` holds all numbers
    in a row; they may differ by what float32 and float64 arithmetic, or another order of operations, make of the same
    mistake; where both are whole by type, such as codes, not at all.
    """

    RTOL, ATOL = 1e-4, 1e-6

    def __init__(self, outcomes):
        key, numbers, whole = [], [np.zeros(0)], [np.zeros(0, bool)]
        for outcome in outcomes:
            key.append((_error_key(outcome), outcome.failure))
            for path, leaf in (*outcome.returned_leaves, ("|", None), *outcome.argument_leaves):
                if _is_number(leaf):
                    key.append((path, isinstance(leaf, np.ndarray), np.shape(leaf)))
                    with np.errstate(invalid="ignore"):  # a signalling NaN becomes a quiet one
                        numbers.append(np.asarray(leaf, np.float64).ravel())
                    whole.append(np.full(numbers[-1].size, np.asarray(leaf).dtype.kind != "f"))
                elif isinstance(leaf, np.ndarray):  # of text or objects: no answer of ours returns one
                    key.append((path, leaf.dtype.kind, leaf.shape))
                else:
                    key.append((path, leaf))
        self.digest = hashlib.sha256(repr(key).encode("utf-8", "backslashreplace")).hexdigest()
        self.numbers = np.nan_to_num(np.concatenate(numbers), nan=1e300, posinf=2e300, neginf=-2e300)
        self.whole = np.concatenate(whole)

    @classmethod
    def kept(cls, digest, numbers, whole):
        """A trace that was written to a file."""
        trace = cls.__new__(cls)
        trace.digest, trace.numbers, trace.whole = digest, numbers, whole
        return trace

    def agrees_with(self, other):
        """Whether two answers did the same in this check."""
        if self.digest != other.digest or self.numbers.size != other.numbers.size:
            return False
        tolerance = self.ATOL + self.RTOL * np.abs(other.numbers)
        tolerance[self.whole & other.whole] = 0
        return bool((np.abs(self.numbers - other.numbers) <= tolerance).all())


def _is_number(leaf):
    return isinstance(leaf, (bool, int, float, np.generic, np.ndarray)) and np.asarray(leaf).dtype.kind in "fiub"


def _error_key(outcome):
    if outcome.error is None or outcome.expects_error:
        return None if outcome.error is None else type(outcome.error).__name__
    if _is_raised_by_hand(outcome):
        return type(outcome.error).__name__, ""
    # Numbers and shapes inside the text differ between two writings of the same mistake.
    try:
        text = str(outcome.error)
    except Exception:  # an exception class that cannot be shown
        text = ""
    return type(outcome.error).__name__, re.sub(r"[\d(),.\s]+", " ", text)[:60]


def _is_raised_by_hand(outcome):
    """Whether a `raise` of the answer's own made the exception: then its words say nothing of the mistake."""
    *_, innermost = [None, *traceback.extract_tb(outcome.error.__traceback__)]
    if innermost is None or innermost.filename != str(outcome.source):
        return False
    return re.search(r"\braise\b", innermost.line or "") is not None
