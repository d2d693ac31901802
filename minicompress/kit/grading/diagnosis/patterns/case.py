"""One array or number that came out wrong, beside the one that should have, and the arguments of the call.

Every observer of this room takes a `Case` and returns an `Observation` or None. An observation holds for every entry,
to rounding; where that could as well be chance (few entries, zeros, a constant), an observer stays silent, unless
similar calls can be asked whether it holds there too (`case.lenient`).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from minicompress.kit.language import say

__all__ = ["Case", "Observation", "as_array", "entries_near", "information", "near", "seen"]

WHOLE_IN_FLOAT64 = 2**53
ENTRIES = 20_000  # beyond that, looking would be felt
DETAILS = {"count", "size", "total", "worst", "shown", "got", "expected", "which", "largest", "wanted"}


@dataclass(frozen=True)
class Observation:
    """A sentence, by its message key, and its values; `names` are the quantities of the call that equal `amount`."""

    key: str
    values: dict
    names: tuple = ()
    amount: float | None = None

    def agrees_with(self, other):
        """Whether both say the same of two calls, apart from sizes and counts."""
        if other is None or self.key != other.key:
            return False
        if self.amount is not None:
            same = abs(self.amount - other.amount) <= 1e-4 * abs(self.amount)
            return same or bool(set(self.names) & set(other.names))
        one, two = ({k: v for k, v in o.values.items() if k not in DETAILS} for o in (self, other))
        return one == two

    @property
    def text(self):
        """The sentence in the language in force."""
        key = f"{self.key}_named" if self.names else self.key
        return say(f"pattern_{key}", named=" = ".join(self.names[:2]), **self.values)


def seen(key, **values):
    """An observation without an amount."""
    return Observation(key, values)


def as_array(value):
    """A number or an array of numbers as a plain array, else None."""
    plain = isinstance(value, (bool, int, float, np.bool_, np.integer, np.floating)) or type(value) is np.ndarray
    if not plain:
        return None
    try:
        array = np.asarray(value)
    except (ValueError, OverflowError):
        return None
    if array.dtype.kind not in "fiub" or array.size > ENTRIES:
        return None
    if array.dtype.kind in "iu" and array.size and max(abs(int(array.max())), abs(int(array.min()))) > WHOLE_IN_FLOAT64:
        return None
    return array


def near(one, other, rtol):
    """Whether two float64 arrays are equal to rounding: relative to each entry, and a little to the largest."""
    return one.shape == other.shape and bool(entries_near(one, other, rtol).all())


def entries_near(one, other, rtol):
    """The same for each entry; NaN is equal to NaN."""
    finite = np.isfinite(other)
    largest = np.abs(other[finite]).max(initial=0.0)
    with np.errstate(all="ignore"):
        close = np.abs(one - other) <= rtol * np.abs(other) + rtol * 1e-3 * largest
    return np.where(finite, close & np.isfinite(one), (one == other) | (np.isnan(one) & np.isnan(other)))


def information(values):
    """Roughly, in bits, how unlikely it is to meet these values by chance: many for a long fraction, few for a 2."""
    flat = np.unique(values[np.isfinite(values)])
    flat = flat[flat != 0]
    short = np.zeros(flat.shape, bool)
    for denominator in (1, 3, 5, 7, 9, 11, 13, 64):
        scaled = flat * denominator
        short |= (np.abs(scaled) < 4096) & (np.abs(scaled - np.round(scaled)) <= 1e-9 * np.abs(scaled))
    return float(min(20.0 * np.sum(~short) + 3.0 * np.sum(short), 1000))


@dataclass
class Case:
    """`got` and `expected` in float64, `wrong` (where they differ), and `arguments` as (name, float64 array)."""

    got_as_it_was: np.ndarray
    expected_as_it_was: np.ndarray
    arguments: list
    tolerance: object = None
    lenient: bool = False  # similar calls are asked whether they show the same
    path: str = ""
    args: tuple | None = None
    call: object = None  # the `FailingCall`, if it can be made again
    rtol: float | None = None  # of equality to rounding

    def __post_init__(self):
        kinds = [self.got_as_it_was.dtype, self.expected_as_it_was.dtype]
        self.discrete = all(dtype.kind in "iub" for dtype in kinds)
        kinds += [value.dtype for _, value in self.arguments]
        narrow = min((dtype.itemsize for dtype in kinds if dtype.kind == "f"), default=8)
        if self.rtol is None:
            self.rtol = 0.0 if self.discrete else {2: 1e-3, 4: 5e-5}.get(narrow, 1e-6)
        with np.errstate(invalid="ignore"):
            self.got = self.got_as_it_was.astype(np.float64)
            self.expected = self.expected_as_it_was.astype(np.float64)
            self.arguments = [(name, value.astype(np.float64, copy=False)) for name, value in self.arguments]

    @cached_property
    def wrong(self):
        """Where got is not accepted; all of it where the shapes differ."""
        if not self.same_shape:
            return np.ones(self.expected.shape, bool)
        if self.tolerance is not None:
            return ~np.asarray(self.tolerance.accepts(self.got, self.expected))
        return ~entries_near(self.got, self.expected, self.rtol)

    @property
    def is_right(self):
        """Whether nothing is wrong."""
        return self.same_shape and not self.wrong.any()

    @cached_property
    def same_shape(self):
        """Whether got and expected have the same shape."""
        return self.got.shape == self.expected.shape

    @cached_property
    def nearly_right(self):
        """Whether the two differ by little more than rounding, so that a factor or an offset means nothing."""
        return self.same_shape and near(self.got, self.expected, 10 * self.rtol)

    @property
    def is_truth(self):
        """Whether these are booleans, of which factors and offsets say nothing."""
        return self.got_as_it_was.dtype == bool or self.expected_as_it_was.dtype == bool

    @property
    def information(self):
        """Bits of the expected values."""
        return information(self.expected)

    @cached_property
    def evidence(self):
        """Bits by which got and expected differ, for the judgement of what could be chance."""
        if not self.same_shape:
            return information(self.expected)
        differ = ~entries_near(self.got, self.expected, self.rtol)
        return information(self.expected[differ]) + (1.0 * differ.sum() if self.discrete else 0.0)

    def enough(self, bits, values=None):
        """Whether the expected values (or these) tell enough for an observation from this call alone."""
        return self.lenient or information(self.expected if values is None else values) >= bits

    def is_got(self, candidate):
        """Whether `candidate` is what came out, to rounding."""
        return near(self.got, candidate, self.rtol)

    def is_expected(self, candidate):
        """Whether `candidate` is what should have come out, to rounding."""
        return near(candidate, self.expected, self.rtol)
