"""Where does an outcome first differ from the expected one, and how is that said so that it teaches?

The order is the order in which a mistake is best understood: an exception, nothing returned, a wrong type, a wrong
length, shape or dtype, a wrong value, and last the state of the arguments.
"""

from dataclasses import dataclass

import numpy as np

from minicompress.kit.grading.observation import Structure, leaves
from minicompress.kit.grading.wording import labelled, line_rows, name_of, show, type_name
from minicompress.kit.language import say

__all__ = ["CheckFailed", "Tolerance", "argument_leaves", "compare", "require_error"]


class CheckFailed(AssertionError):
    """A graded check was not met; its text is meant for the learner. `arrays`: (got, expected, where wrong)."""

    def __init__(self, text, arrays=None):
        super().__init__(text)
        self.arrays = arrays


@dataclass(frozen=True)
class Tolerance:
    """got is accepted if |got - expected| <= atol + rtol * |expected|."""

    rtol: float = 0.0
    atol: float = 0.0

    def accepts(self, got, expected):
        """Elementwise verdict for two arrays of one shape; NaN equals NaN."""
        with np.errstate(invalid="ignore"):  # before NumPy 2 isclose computes with NaN, perhaps a signalling one
            return np.isclose(got, expected, rtol=self.rtol, atol=self.atol, equal_nan=True)

    def __str__(self):
        if not self.rtol and not self.atol:
            return say("tolerance_exact")
        parts = [f"{self.atol:g}"] if self.atol else []
        parts += [f"{self.rtol:g} * |{say('word_expected')}|"] if self.rtol else []
        return " + ".join(parts)


def compare(got, expected, call, tolerance, tolerance_after):
    """Raise CheckFailed at the first difference between two Outcomes.

    `call` tells, when asked, its `text`, the leaves of its arguments `before` it, and the learner's `source` file.
    `tolerance` is for what is returned, `tolerance_after` for the state in which the arguments are left.
    """
    if got.error is not None:
        raise CheckFailed(_raised(got, call))
    if got.touched_random_state:
        raise CheckFailed(labelled(say("touched_random_state"), call))
    _compare_returned(got, expected, call, tolerance)
    _compare_arguments(got, expected, call, tolerance_after)


def require_error(got, error, call):
    """Raise CheckFailed unless the Outcome `got` is an exception of the type `error`."""
    if isinstance(got.error, NotImplementedError):
        raise CheckFailed(say("not_written"))
    if got.error is None:
        text = say("did_not_raise", error=error.__name__)
        raise CheckFailed(labelled(text, call, (say("label_got"), show(got.returned))))
    if not isinstance(got.error, error):
        rows = [(say("label_got"), name_of(got.error)), *line_rows(got.error, call)]
        raise CheckFailed(labelled(say("raised_other", error=error.__name__), call, *rows))


def _raised(got, call):
    if isinstance(got.error, NotImplementedError):
        return say("not_written")
    if isinstance(got.error, MemoryError):
        text = say("out_of_memory")
    elif isinstance(got.error, SystemExit):
        text = say("called_exit", code=got.error.code)
    else:
        text = say("raised", error=name_of(got.error))
    return labelled(text, call, *line_rows(got.error, call))


def _compare_returned(got, expected, call, tolerance):
    if got.returned is None and expected.returned is not None:
        key = "printed_instead_of_returned" if got.printed.strip() else "returned_none"
        raise CheckFailed(labelled(say(key), call, (say("label_expected"), show(expected.returned))))
    difference = _first_difference(got.returned_leaves, expected.returned_leaves, tolerance)
    if difference:
        text = labelled(say("wrong_return", what=difference.what), call, *difference.rows(""))
        raise CheckFailed(text, difference.arrays)


def _compare_arguments(got, expected, call, tolerance):
    difference = _first_difference(got.argument_leaves, expected.argument_leaves, tolerance)
    if difference is None:
        return
    exact, before = Tolerance(), call.before
    if _first_difference(expected.argument_leaves, before, exact) is None:
        text = say("changed_input")
    elif _first_difference(got.argument_leaves, before, exact) is None:
        text = say("not_changed_in_place")
    else:
        text = say("wrong_after_call")
    raise CheckFailed(labelled(text, call, *difference.rows(say("after_the_call"))), difference.arrays)


@dataclass(frozen=True)
class _Difference:
    what: str  # the kind of difference, in words
    path: str
    got: str
    expected: str
    tolerance: str | None = None
    extent: str | None = None
    arrays: tuple | None = None  # (got, expected, wrong), where two arrays of one shape differ in values

    def rows(self, when):
        at = f"{self.path} {when}".strip()
        yield say("label_at"), at
        yield say("label_got"), self.got
        yield say("label_expected"), self.expected
        yield say("label_tolerance"), self.tolerance
        yield say("label_extent"), self.extent


def _first_difference(got, expected, tolerance):
    # A container's length differs before its elements do, so the paths agree as long as no difference was found.
    for (path, one), (other_path, other) in zip(got, expected, strict=False):
        difference = _leaf_difference(path if path == other_path else other_path, one, other, tolerance)
        if difference:
            return difference
    if len(got) != len(expected):
        return _Difference(say("what_type"), "", str(len(got)), str(len(expected)))
    return None


def _leaf_difference(path, got, expected, tolerance):
    if isinstance(expected, Structure):
        if not isinstance(got, Structure) or got.kind != expected.kind:
            return _Difference(say("what_type"), path, type_name(got), expected.kind)
        if got.length != expected.length:
            return _Difference(say("what_length"), path, str(got.length), str(expected.length))
        return None
    if isinstance(expected, np.ndarray):
        return _array_difference(path, got, expected, tolerance)
    if isinstance(expected, (float, np.floating)):
        return _number_difference(path, got, expected, tolerance)
    if isinstance(expected, bool) and isinstance(got, np.bool_):
        got = bool(got)
    if type(got) is not type(expected) and not _both_whole(got, expected):
        return _Difference(say("what_type"), path, type_name(got), type(expected).__name__)
    return None if got == expected else _Difference(say("what_value"), path, show(got), show(expected))


def _number_difference(path, got, expected, tolerance):
    # NumPy scalars and 0-d arrays count as numbers; a bool, though a number to Python, is a mistake here.
    number = not isinstance(got, (Structure, str, bytes, type(None), bool, np.bool_)) and np.ndim(got) == 0
    if not number:
        return _Difference(say("what_type"), path, type_name(got), "float")
    if bool(tolerance.accepts(got, expected)):
        return None
    return _Difference(say("what_value"), path, show(got), show(expected), str(tolerance))


def _array_difference(path, got, expected, tolerance):
    if not isinstance(got, np.ndarray):
        return _Difference(say("what_type"), path, type_name(got), f"numpy.ndarray {expected.shape}")
    if got.shape != expected.shape:
        return _Difference(say("what_shape"), path, str(got.shape), str(expected.shape))
    if got.dtype.kind != expected.dtype.kind:
        return _Difference(say("what_dtype"), path, str(got.dtype), str(expected.dtype))
    wrong = ~np.atleast_1d(tolerance.accepts(got, expected))
    if not wrong.any():
        return None
    index = tuple(int(i) for i in np.argwhere(wrong)[0])[: got.ndim]
    where = f"{path}[{', '.join(map(str, index))}]" if index else path
    extent = say("extent", wrong=int(wrong.sum()), size=got.size) if got.size > 1 else None
    arrays = (got, expected, wrong.reshape(got.shape)) if got.size > 1 else None
    return _Difference(
        say("what_value"), where, show(got[index]), show(expected[index]), str(tolerance), extent, arrays
    )


def _both_whole(got, expected):
    whole = (int, np.integer)
    return isinstance(got, whole) and isinstance(expected, whole) and not isinstance(got, bool)


def argument_leaves(names, args):
    """Leaves of all arguments, each path beginning with the parameter's name."""
    return [leaf for name, arg in zip(names, args, strict=True) for leaf in leaves(arg, name)]
