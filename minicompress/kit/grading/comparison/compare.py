"""Compare an outcome with the expected one and tell the learner of the first difference.

The order is the order in which a mistake is best understood: an exception, nothing returned, a wrong type, length,
shape or dtype, an argument that was changed, an array that is not new, a wrong value, and last a wrong new state of an
argument that had to be changed.

`difference.py` finds the first difference between two values.
"""

import re
from dataclasses import dataclass

import numpy as np

from minicompress.kit.grading.comparison.difference import EXACT, Compared, Tolerance, first_difference
from minicompress.kit.grading.comparison.observation import leaves, same_leaves
from minicompress.kit.grading.comparison.wording import labelled, line_rows, name_of, show
from minicompress.kit.language import say

__all__ = ["CheckFailed", "Demands", "argument_leaves", "compare", "require_error"]


class CheckFailed(AssertionError):
    """A graded check was not met; its text is meant for the learner. `arrays`: (got, expected, where wrong)."""

    def __init__(self, text, arrays=None):
        super().__init__(text)
        self.arrays = arrays


@dataclass(frozen=True)
class Demands:
    """What a check asks beyond equal values: see `Submission.agrees_with`."""

    returned: Tolerance = EXACT
    arguments: Tolerance = EXACT  # for the state in which the arguments are left
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
    wrong = first_difference(got.returned_leaves, expected.returned_leaves, Compared("values", demands.returned))
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
    difference = first_difference(got.returned_leaves, expected.returned_leaves, Compared("form"))
    if difference is None:
        difference = first_difference(got.returned_leaves, expected.returned_leaves, Compared(demands.dtypes))
        got.failure = difference and "dtype"
    if difference:
        raise CheckFailed(labelled(say("wrong_return", what=difference.what), call, *difference.rows("")))


def _is_printed(expected, printed):
    """Whether the numbers that should be returned stand in the printed text, to three digits."""
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
    exact, before = Compared("values", EXACT), call.before
    if not same_leaves(expected.argument_leaves, before):
        return
    if same_leaves(got.argument_leaves, before):
        return
    difference = first_difference(got.argument_leaves, before, exact)
    if difference:
        raise CheckFailed(labelled(say("changed_input"), call, *difference.rows(say("after_the_call"))))


def _compare_arguments(got, expected, call, demands):
    """Arguments that had to be changed."""
    compared = Compared("values", demands.arguments)
    difference = first_difference(got.argument_leaves, expected.argument_leaves, compared)
    if difference is None and demands.dtypes == "all":
        difference = first_difference(got.argument_leaves, expected.argument_leaves, Compared("all"))
    if difference is None:
        return
    unchanged = first_difference(got.argument_leaves, call.before, Compared("values", EXACT)) is None
    text = say("not_changed_in_place" if unchanged else "wrong_after_call")
    raise CheckFailed(labelled(text, call, *difference.rows(say("after_the_call"))), difference.arrays)


def argument_leaves(names, args):
    """Leaves of all arguments, each path beginning with the parameter's name."""
    return [leaf for name, arg in zip(names, args, strict=True) for leaf in leaves(arg, name)]
