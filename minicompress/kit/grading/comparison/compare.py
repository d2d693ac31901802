"""Find where an outcome first differs from the expected one, and report it so that a learner understands it.

The order is the order in which a mistake is best understood: an exception, nothing returned, a wrong type, length,
shape or dtype, an argument that was changed, an array that is not new, a wrong value, and last a wrong new state of an
argument that had to be changed.
"""

import re
from dataclasses import dataclass

import numpy as np

from minicompress.kit.grading.comparison.observation import Structure, leaves, same_leaves
from minicompress.kit.grading.comparison.plain_values import Foreign
from minicompress.kit.grading.comparison.wording import labelled, line_rows, name_of, show, type_name
from minicompress.kit.language import say

__all__ = ["CheckFailed", "Demands", "Tolerance", "argument_leaves", "compare", "require_error"]


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


@dataclass(frozen=True)
class Demands:
    """What a check asks beyond equal values: see `Submission.agrees_with`."""

    returned: Tolerance = Tolerance()
    arguments: Tolerance = Tolerance()  # for the state in which the arguments are left
    dtypes: object = "integers"  # of which the width counts: "integers", "all", "none", or a tuple of paths
    new: bool = True  # no returned array shares memory with an argument


def compare(got, expected, call, demands):
    """Raise CheckFailed at the first difference between two Outcomes.

    `call` tells, when asked, its `text`, the leaves of its arguments `before` it, and the learner's `source` file.
    """
    if got.error is not None:
        raise CheckFailed(_raised(got, call))
    if got.touched_random_state:
        raise CheckFailed(labelled(say("touched_random_state"), call))
    _compare_form(got, expected, call, demands)
    wrong = _first_difference(got.returned_leaves, expected.returned_leaves, Compared("values", demands.returned))
    _compare_unchanged(got, expected, call)
    if demands.new and got.shared:
        _not_new(got, call, values_are_right=wrong is None)
    if wrong:
        raise CheckFailed(labelled(say("wrong_return", what=wrong.what), call, *wrong.rows("")), wrong.arrays)
    _compare_arguments(got, expected, call, demands)


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


def _compare_form(got, expected, call, demands):
    """Everything about the returned value but its numbers."""
    if got.returned is None and expected.returned is not None:
        key = "printed_instead_of_returned" if _is_printed(expected, got.printed) else "returned_none"
        raise CheckFailed(labelled(say(key), call, (say("label_expected"), show(expected.returned))))
    difference = _first_difference(got.returned_leaves, expected.returned_leaves, Compared("form"))
    if difference is None:
        difference = _first_difference(got.returned_leaves, expected.returned_leaves, Compared(demands.dtypes))
        got.failure = difference and "dtype"
    if difference:
        raise CheckFailed(labelled(say("wrong_return", what=difference.what), call, *difference.rows("")))


def _is_printed(expected, printed):
    """Whether the printed text contains the numbers that should be returned, to three digits."""
    wanted = [np.ravel(leaf)[:8] for _, leaf in expected.returned_leaves if np.asarray(leaf).dtype.kind in "fiu"]
    wanted = np.concatenate([np.asarray(part, np.float64) for part in wanted]) if wanted else np.zeros(0)
    found = np.array([float(text) for text in re.findall(r"-?\d+\.?\d*(?:[eE][-+]?\d+)?", printed)])
    close = np.isclose(found[None, :], wanted[:, None], rtol=1e-3, atol=1e-6, equal_nan=False)
    return bool(wanted.size and found.size and close.any(axis=1).all())


def _not_new(got, call, values_are_right):
    path, other = got.shared
    got.failure = "shared" if values_are_right else None
    key = "shares_earlier" if other is None else "shares_argument"
    rows = [(say("label_at"), path)] if path else []
    raise CheckFailed(labelled(say(key, argument=other), call, *rows))


def _compare_unchanged(got, expected, call):
    """An argument that had to stay as it was."""
    exact, before = Compared("values", Tolerance()), call.before
    if not same_leaves(expected.argument_leaves, before):
        return
    if same_leaves(got.argument_leaves, before):
        return
    difference = _first_difference(got.argument_leaves, before, exact)
    if difference:
        raise CheckFailed(labelled(say("changed_input"), call, *difference.rows(say("after_the_call"))))


def _compare_arguments(got, expected, call, demands):
    """Arguments that had to be changed."""
    compared = Compared("values", demands.arguments)
    difference = _first_difference(got.argument_leaves, expected.argument_leaves, compared)
    if difference is None and demands.dtypes == "all":
        difference = _first_difference(got.argument_leaves, expected.argument_leaves, Compared("all"))
    if difference is None:
        return
    unchanged = _first_difference(got.argument_leaves, call.before, Compared("values", Tolerance())) is None
    text = say("not_changed_in_place" if unchanged else "wrong_after_call")
    raise CheckFailed(labelled(text, call, *difference.rows(say("after_the_call"))), difference.arrays)


@dataclass(frozen=True)
class Compared:
    """What two leaves are compared in: "form" (type, length, shape, kind of dtype), "values", or widths of dtypes."""

    what: object
    tolerance: Tolerance = Tolerance()


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


def _first_difference(got, expected, compared):
    # A container's length differs before its elements do, so the paths agree as long as no difference was found.
    for (path, one), (other_path, other) in zip(got, expected, strict=False):
        difference = _leaf_difference(path if path == other_path else other_path, one, other, compared)
        if difference:
            return difference
    if len(got) != len(expected):
        return _Difference(say("what_type"), "", str(len(got)), str(len(expected)))
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
    return None if equal else _Difference(say("what_value"), path, show(got), show(expected), tolerance)


def _form_difference(path, got, expected):
    """A wrong type, length, shape or kind of dtype."""
    if isinstance(got, Foreign) and not (isinstance(expected, Foreign) and got == expected):
        what = say("what_kind_refused" if got.resembles else "what_type")
        return _Difference(what, path, got.kind, _kind_text(expected))
    if isinstance(expected, Structure):
        if not isinstance(got, Structure) or got.kind != expected.kind:
            return _Difference(say("what_type"), path, type_name(got), expected.kind)
        if got.length != expected.length:
            return _Difference(say("what_length"), path, str(got.length), str(expected.length))
        return None
    if isinstance(expected, np.ndarray):
        return _array_form_difference(path, got, expected)
    if not _same_kind_of_scalar(got, expected):
        return _Difference(say("what_type"), path, type_name(got), _kind_text(expected))
    return None


def _array_form_difference(path, got, expected):
    if not isinstance(got, np.ndarray):
        return _Difference(say("what_type"), path, type_name(got), f"numpy.ndarray {expected.shape}")
    if got.shape != expected.shape:
        return _Difference(say("what_shape"), path, str(got.shape), str(expected.shape))
    if got.dtype.kind != expected.dtype.kind:
        return _Difference(say("what_dtype"), path, str(got.dtype), str(expected.dtype))
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
    return _Difference(say("what_dtype"), path, str(got.dtype), str(expected.dtype))


def _array_difference(path, got, expected, tolerance):
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
