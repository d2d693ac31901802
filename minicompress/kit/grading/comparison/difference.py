"""Where two lists of leaves first differ: in kind, length, shape, dtype, or beyond a tolerance in a value.

    first_difference(got, expected, Compared("values", Tolerance(rtol=1e-6)))   ->  a Difference with its place, or None

`compare.py` says in which order the parts of an outcome are compared, and what the learner is told.
"""

from dataclasses import dataclass

import numpy as np

from minicompress.kit.grading.comparison.observation import Structure
from minicompress.kit.grading.comparison.plain_values import Foreign
from minicompress.kit.grading.comparison.wording import show, type_name
from minicompress.kit.language import say

__all__ = ["EXACT", "Compared", "Difference", "Tolerance", "first_difference"]


@dataclass(frozen=True)
class Tolerance:
    """got is accepted if |got - expected| <= atol + rtol * |expected|."""

    rtol: float = 0.0
    atol: float = 0.0

    def accepts(self, got, expected):
        """Elementwise verdict for two arrays of one shape; NaN equals NaN."""
        got, expected = np.asarray(got), np.asarray(expected)
        with np.errstate(all="ignore"):
            accepted = got == expected
            if expected.dtype.kind in "fc" or got.dtype.kind in "fc":
                accepted |= np.isnan(got) & np.isnan(expected)
            if self.rtol or self.atol:
                accepted |= self._is_close(got, expected)
        return accepted

    def _is_close(self, got, expected):
        if expected.dtype.kind != "c":
            got, expected = got.astype(np.float64), expected.astype(np.float64)  # integers would wrap, float32 round
        return (np.abs(got - expected) <= self.atol + self.rtol * np.abs(expected)) & np.isfinite(expected)

    def __str__(self):
        if not self.rtol and not self.atol:
            return say("tolerance_exact")
        parts = [f"{self.atol:g}"] if self.atol else []
        parts += [f"{self.rtol:g} * |{say('word_expected')}|"] if self.rtol else []
        return " + ".join(parts)


EXACT = Tolerance()


@dataclass(frozen=True)
class Compared:
    """What two leaves are compared in: "form" (type, length, shape, kind of dtype), "values", or widths of dtypes."""

    what: object
    tolerance: Tolerance = EXACT


@dataclass(frozen=True)
class Difference:
    """The first difference between two lists of leaves, its place and both values in words."""

    what: str  # the kind of difference, in words
    path: str
    got: str
    expected: str
    tolerance: str | None = None
    extent: str | None = None
    arrays: tuple | None = None  # (got, expected, wrong), where two arrays of one shape differ in values

    def rows(self, when):
        """Labelled rows of a message; `when` the argument was looked at, or ""."""
        at = f"{self.path} {when}".strip()
        yield say("label_at"), at
        yield say("label_got"), self.got
        yield say("label_expected"), self.expected
        yield say("label_tolerance"), self.tolerance
        yield say("label_extent"), self.extent


def first_difference(got, expected, compared):
    """The first Difference between two lists of leaves in what is `compared`, or None."""
    # A container's length differs before its elements do, so the paths agree as long as no difference was found.
    for (path, one), (other_path, other) in zip(got, expected, strict=False):
        difference = _leaf_difference(path if path == other_path else other_path, one, other, compared)
        if difference:
            return difference
    if len(got) != len(expected):
        return Difference(say("what_type"), "", str(len(got)), str(len(expected)))
    return None


def _leaf_difference(path, got, expected, compared):
    difference = _form_difference(path, got, expected)
    if difference or compared.what == "form" or isinstance(expected, (Structure, Foreign)):
        return difference
    if compared.what != "values":
        return _width_difference(path, got, expected, compared.what)
    if isinstance(expected, np.ndarray):
        return _array_difference(path, got, expected, compared.tolerance)
    if isinstance(expected, (float, np.floating)):
        # As float64: beside a NumPy float16 or float32, a Python float would be rounded to it, and be infinite perhaps.
        equal = bool(compared.tolerance.accepts(float(got), float(expected)))
        tolerance = str(compared.tolerance)
    else:
        equal, tolerance = bool(got == expected), None
    return None if equal else Difference(say("what_value"), path, show(got), show(expected), tolerance)


def _form_difference(path, got, expected):
    """A wrong type, length, shape or kind of dtype."""
    if isinstance(got, Foreign) and not (isinstance(expected, Foreign) and got == expected):
        what = say("what_kind_refused" if got.resembles else "what_type")
        return Difference(what, path, got.kind, _kind_text(expected))
    if isinstance(expected, Structure):
        if not isinstance(got, Structure) or got.kind != expected.kind:
            return Difference(say("what_type"), path, type_name(got), expected.kind)
        if got.length != expected.length:
            return Difference(say("what_length"), path, str(got.length), str(expected.length))
        return None
    if isinstance(expected, np.ndarray):
        return _array_form_difference(path, got, expected)
    if not _same_kind_of_scalar(got, expected):
        return Difference(say("what_type"), path, type_name(got), _kind_text(expected))
    return None


def _array_form_difference(path, got, expected):
    if not isinstance(got, np.ndarray):
        return Difference(say("what_type"), path, type_name(got), f"numpy.ndarray {expected.shape}")
    if got.shape != expected.shape:
        return Difference(say("what_shape"), path, str(got.shape), str(expected.shape))
    if got.dtype.kind != expected.dtype.kind:
        return Difference(say("what_dtype"), path, str(got.dtype), str(expected.dtype))
    return None


def _kind_text(expected):
    if isinstance(expected, np.ndarray):
        return f"numpy.ndarray {expected.shape}"
    return "float" if isinstance(expected, (float, np.floating)) else type_name(expected)


def _same_kind_of_scalar(got, expected):
    if isinstance(expected, (float, np.floating)):
        # NumPy scalars and 0-d arrays count as numbers; a bool, though a number to Python, is a mistake here.
        return not isinstance(got, (Structure, str, bytes, type(None), bool, np.bool_)) and _is_number(got)
    if isinstance(expected, (bool, np.bool_)):
        return isinstance(got, (bool, np.bool_))
    return type(got) is type(expected) or _both_whole(got, expected)


def _is_number(got):
    return np.ndim(got) == 0 and np.asarray(got).dtype.kind in "fiu"


def _width_difference(path, got, expected, widths):
    """A dtype of the right kind and the wrong width; `widths`: see `Demands.dtypes`."""
    both_arrays = isinstance(got, np.ndarray) and isinstance(expected, np.ndarray)
    if not both_arrays or got.dtype == expected.dtype:
        return None
    counts = {"all": True, "none": False, "integers": expected.dtype.kind in "iu"}
    if not (path in widths if isinstance(widths, tuple) else counts[widths]):
        return None
    return Difference(say("what_dtype"), path, str(got.dtype), str(expected.dtype))


def _array_difference(path, got, expected, tolerance):
    wrong = ~np.atleast_1d(tolerance.accepts(got, expected))
    if not wrong.any():
        return None
    index = tuple(int(i) for i in np.argwhere(wrong)[0])[: got.ndim]
    where = f"{path}[{', '.join(map(str, index))}]" if index else path
    extent = say("extent", wrong=int(wrong.sum()), size=got.size) if got.size > 1 else None
    arrays = (got, expected, wrong.reshape(got.shape)) if got.size > 1 else None
    return Difference(say("what_value"), where, show(got[index]), show(expected[index]), str(tolerance), extent, arrays)


def _both_whole(got, expected):
    whole = (int, np.integer)
    return isinstance(got, whole) and isinstance(expected, whole) and not isinstance(got, bool)
