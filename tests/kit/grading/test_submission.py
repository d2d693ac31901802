"""The width of a dtype counts where it is pinned: of integers unless the stub leaves it open, of floats on request."""

import numpy as np
import pytest

from minicompress.kit.grading.comparison.compare import CheckFailed
from minicompress.kit.grading.submission import Submission


def outcome(got, expected, **options):
    """Why `got` is refused, or None."""
    try:
        Submission(lambda: np.array([1, 2], got), "f").agrees_with(
            lambda: np.array([1, 2], expected), lambda: (), **options
        )
    except CheckFailed as failure:
        return str(failure)
    return None


@pytest.mark.parametrize(("got", "expected"), [("int64", "int8"), ("uint16", "uint8"), ("int32", "int64")])
def test_integers_of_another_width_are_a_wrong_dtype_unless_the_check_leaves_it_open(got, expected):
    assert outcome(got, expected).startswith("It returned a wrong dtype.")
    assert f"got: {got}\nexpected: {expected}" in outcome(got, expected)
    assert outcome(got, expected, dtypes="none") is None


@pytest.mark.parametrize(("got", "expected"), [("uint8", "int8"), ("int8", "bool"), ("float32", "int8")])
def test_the_kind_counts_always(got, expected):
    assert outcome(got, expected, dtypes="none").startswith("It returned a wrong dtype.")


def test_the_width_of_floats_counts_on_request():
    assert outcome("float64", "float32") is None
    assert outcome("float64", "float32", dtypes="all").startswith("It returned a wrong dtype.")


def test_the_width_of_a_changed_argument_counts_on_request():
    def reference(values):
        values[0] = np.ones(2, np.float32)

    def answer(values):
        values[0] = np.ones(2)

    Submission(answer, "f").agrees_with(reference, lambda: ([np.zeros(2, np.float32)],))
    with pytest.raises(CheckFailed, match="float64"):
        Submission(answer, "f").agrees_with(reference, lambda: ([np.zeros(2, np.float32)],), dtypes="all")


def test_the_width_of_single_results_counts_by_their_paths():
    def reference():
        return np.ones(2, np.float32), np.ones(2, np.int8)

    def answer():
        return np.ones(2), np.ones(2, np.int64)

    Submission(answer, "f").agrees_with(reference, lambda: (), dtypes=())
    for path in ("[0]", "[1]"):
        with pytest.raises(CheckFailed, match=r"at: \[" + path[1]):
            Submission(answer, "f").agrees_with(reference, lambda: (), dtypes=(path,))


def test_a_wrong_shape_is_told_before_a_wrong_width_and_the_width_before_a_wrong_value():
    with pytest.raises(CheckFailed, match="a wrong shape"):
        Submission(lambda: np.zeros(3, np.int64), "f").agrees_with(lambda: np.ones(2, np.int8), lambda: ())
    with pytest.raises(CheckFailed, match="a wrong dtype"):
        Submission(lambda: np.zeros(2, np.int64), "f").agrees_with(lambda: np.ones(2, np.int8), lambda: ())
