"""The first difference between two values: its kind, its place, and whether it is within the tolerance."""

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import assume, given
from verdicts import returned, rows

from minicompress.kit.grading.comparison.difference import Tolerance

F32 = np.float32


def test_a_number_that_overflowed_is_not_the_large_number_it_should_be():
    assert returned(np.float32(np.inf), 1e39) is not None
    assert returned(np.float16(1.0), 1.0001) is not None
    assert returned(np.float16(1.0), 1.0001, rtol=1e-3) is None


def test_type_goes_before_shape_shape_before_dtype_dtype_before_value():
    expected = np.zeros((2, 3), F32)
    assert returned([[0.0] * 3] * 2, expected).startswith("It returned a wrong type.")
    assert returned(np.ones((3, 2), np.int64), expected).startswith("It returned a wrong shape.")
    assert returned(np.ones((2, 3), np.int64), expected).startswith("It returned a wrong dtype.")
    assert returned(np.ones((2, 3), np.float64), expected).startswith("It returned a wrong value.")
    assert returned(np.zeros((2, 3), np.float64), expected) is None


def test_the_first_differing_entry_is_named_with_got_expected_tolerance_and_extent():
    got, expected = np.zeros((2, 3)), np.zeros((2, 3))
    got[0, 2], got[1, 1] = 0.5, 0.25
    message = returned(got, expected, rtol=1e-3, atol=1e-6)
    assert rows(message) == {
        "call": "f()",
        "at": "[0, 2]",
        "got": "0.5",
        "expected": "0.0",
        "tolerance": "1e-06 + 0.001 * |expected|",
        "differing": "2 of 6 entries",
    }


@given(hnp.arrays(np.float32, hnp.array_shapes(max_dims=3, max_side=4), elements=st.floats(-9, 9, width=32)), st.data())
def test_the_index_that_is_named_is_the_first_that_differs(expected, data):
    got = expected.copy()
    wrong = data.draw(st.sets(st.integers(0, got.size - 1), min_size=1))
    for i in wrong:
        got.flat[i] += 1
    message = rows(returned(got, expected, atol=0.5))
    assert message["at"] == f"[{', '.join(map(str, np.unravel_index(min(wrong), got.shape)))}]"
    if got.size > 1:
        assert message["differing"] == f"{len(wrong)} of {got.size} entries"


FINITE = st.floats(-1e3, 1e3)


@given(FINITE, FINITE, st.floats(0, 1), st.floats(0, 10))
def test_the_tolerance_is_what_its_text_says(got, expected, rtol, atol):
    bound = atol + rtol * abs(expected)
    assume(abs(abs(got - expected) - bound) > 1e-9)  # at the bound itself rounding decides
    assert (returned(got, expected, rtol=rtol, atol=atol) is None) == (abs(got - expected) <= bound)


def test_exactness_is_said_where_no_tolerance_holds():
    assert rows(returned(np.array([1.0]), np.array([2.0])))["tolerance"] == "exact"
    assert str(Tolerance(atol=0.5)) == "0.5"
    assert str(Tolerance(rtol=0.1)) == "0.1 * |expected|"


def test_a_difference_of_exactly_the_tolerance_is_accepted_and_a_larger_one_is_not():
    assert returned(1.5, 1.0, atol=0.5) is None
    assert returned(np.array([1.5]), np.array([1.0]), rtol=0.5) is None
    assert returned(1.5000001, 1.0, atol=0.5) is not None
    assert returned(1.0, 2.0, rtol=0.5) is None  # of the expected value, not of the larger one


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_nan_and_infinity_equal_themselves_and_nothing_else(value):
    assert returned(float(value), float(value)) is None
    assert returned(np.array([1.0, value]), np.array([1.0, value]), atol=1.0) is None
    assert returned(1.0, float(value), rtol=0.1, atol=1e9) is not None
    assert returned(float(value), 1.0, rtol=0.1, atol=1e9) is not None
    assert returned(np.inf, -np.inf, rtol=0.1) is not None


@pytest.mark.parametrize("got", [0.5, F32(0.5), np.float64(0.5), np.array(0.5), np.float16(0.5)])
def test_numpy_scalars_and_0d_arrays_count_as_numbers(got):
    assert returned(got, 0.5) is None


def test_a_whole_number_counts_as_a_number_and_numpy_integers_as_integers():
    assert returned(1, 1.0) is None
    assert returned(np.int64(3), 3) is None
    assert returned(3, np.int8(3)) is None
    assert "a wrong type" in returned(3.0, 3)


@pytest.mark.parametrize("got", [True, np.True_, "0.5", None, [0.5], (0.5,), np.array([0.5]), {"x": 1.0}, object()])
def test_what_is_no_number_is_a_wrong_type_where_a_number_is_due(got):
    message = returned(got, 1.0)
    assert "a wrong type" in message or "returned None" in message


def test_a_bool_is_no_integer():
    assert "a wrong type" in returned(True, 1)


def test_a_list_is_no_tuple_and_lengths_go_before_elements():
    assert "a wrong type" in returned((1.0, 2.0), [1.0, 2.0])
    message = returned([9.0], [1.0, 2.0])
    assert "a wrong length" in message
    assert (rows(message)["got"], rows(message)["expected"]) == ("1", "2")


@pytest.mark.parametrize(("got", "kind"), [(np.ones(2), "numpy.ndarray (2,)"), (1.0, "float"), ({}, "dict")])
def test_what_is_no_list_is_a_wrong_type_where_a_list_is_due(got, kind):
    message = returned(got, [1.0, 2.0])
    assert "a wrong type" in message
    assert (rows(message)["got"], rows(message)["expected"]) == (kind, "list")


def test_an_element_of_a_list_is_named_by_its_index():
    assert rows(returned([1.0, 2.0, 3.0], [1.0, 2.5, 3.0]))["at"] == "[1]"
    assert rows(returned({"s": [1.0]}, {"s": [2.0]}))["at"] == "['s'][0]"


def test_an_empty_array_agrees_with_an_empty_array_of_its_shape_only():
    assert returned(np.zeros((0, 3)), np.zeros((0, 3))) is None
    assert "a wrong shape" in returned(np.zeros((3, 0)), np.zeros((0, 3)))


def test_a_0d_array_and_a_numpy_number_are_shown_plainly():
    message = rows(returned(np.array(1.5), np.array(2.5)))
    assert (message["got"], message["expected"]) == ("1.5", "2.5")
    assert "at" not in message
    assert rows(returned(F32(0.1), 1.0))["got"] == "0.1"
    assert rows(returned(np.float64(0.1), 1.0))["got"] == "0.1"


def test_none_agrees_with_none():
    assert returned(None, None) is None
    assert returned(0.0, None) is not None
