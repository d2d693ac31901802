"""A case tells what is wrong to rounding, and how much of it could be chance."""

import numpy as np
import pytest

from minicompress.kit.grading.diagnosis.patterns.case import (
    Case,
    Observation,
    as_array,
    entries_near,
    information,
    near,
)


def test_observations_agree_if_their_amounts_or_names_do_and_counts_do_not_matter():
    one = Observation("factor", {"factor": "2"}, ("T",), 2.0)
    assert one.agrees_with(Observation("factor", {"factor": "2"}, (), 2.0001))
    assert one.agrees_with(Observation("factor", {"factor": "3"}, ("n", "T"), 3.0))
    assert not one.agrees_with(Observation("factor", {"factor": "3"}, ("n",), 3.0))
    assert not one.agrees_with(Observation("offset", {}, ("T",), 2.0))
    assert not one.agrees_with(None)
    assert Observation("where", {"place": "x < 0", "count": 3}).agrees_with(
        Observation("where", {"place": "x < 0", "count": 5})
    )
    assert not Observation("where", {"place": "x < 0"}).agrees_with(Observation("where", {"place": "x > 0"}))


@pytest.mark.parametrize(
    ("value", "is_array"),
    [
        (3, True),
        (np.float32(2.5), True),
        (np.ones((2, 3), np.int8), True),
        ("3", False),
        ([1, 2], False),
        (np.ones(3, complex), False),
        (np.zeros(20_001), False),
        (2**53 + 1, False),
        (10**400, False),
    ],
)
def test_plain_numbers_and_arrays_of_a_moderate_size_are_looked_at(value, is_array):
    assert (as_array(value) is not None) == is_array


def test_near_is_relative_to_each_entry_and_a_little_to_the_largest():
    other = np.array([1000.0, 1.0, 0.0])
    assert entries_near(np.array([1000.5, 1.0015, 0.0009]), other, 1e-3).tolist() == [True, True, True]
    assert entries_near(np.array([1002.0, 1.01, 0.0011]), other, 1e-3).tolist() == [False, False, False]
    special = np.array([np.nan, np.inf, 1.0])
    assert near(special, special.copy(), 1e-6)
    assert entries_near(np.array([1.0, -np.inf, np.nan]), special, 1e-6).tolist() == [False, False, False]
    assert not near(np.zeros(3), np.zeros((3, 1)), 1.0)


def test_a_long_fraction_tells_more_than_a_small_whole_number_and_zero_nothing():
    assert information(np.array([0.0, np.nan])) == 0
    assert information(np.array([2.0, 2.0, 0.5])) == 6
    assert information(np.array([0.123456789, 3.0])) == 23


def test_what_is_wrong_depends_on_the_narrowest_dtype():
    got, expected = np.array([1.0, 2.0001]), np.array([1.0, 2.0])
    assert Case(got, expected, []).wrong.tolist() == [False, True]
    thousand = np.array([1000.3])  # 1000.5 in float16
    assert not Case(thousand.astype(np.float16), thousand, []).wrong.any()
    assert Case(np.array([3]), np.array([4]), []).rtol == 0
    assert Case(np.zeros(2), np.zeros(3), []).wrong.tolist() == [True, True, True]
