"""Differences of the size of rounding are told apart, and NaN and infinity are counted."""

import numpy as np
from failing_calls import CODES, Z

from minicompress.kit.grading.diagnosis.patterns import observe


def test_the_right_values_rounded_to_a_narrow_float():
    got = Z.astype(np.float16).astype(np.float64)
    assert observe(got, Z, []) == "It is the expected value, rounded to float16."


def test_entries_that_are_not_finite_are_counted():
    got = np.where(np.abs(Z) > 2.1, np.nan, Z)
    assert observe(got, Z, []) == "All finite entries are right; 4 of 20 are NaN."


def test_halves_that_went_the_other_way():
    x = np.arange(-8, 9) / 2
    said = observe(np.floor(x + 0.5).astype(int), np.round(x).astype(int), [("x", x)])
    assert said == "Off by 1 at 4 entries, where x is exactly halfway; the even neighbour is expected there."


def test_codes_that_were_cut_off():
    x = CODES + np.random.default_rng(1).uniform(-0.4, 0.4, CODES.shape)
    said = observe(np.trunc(x).astype(int), np.round(x).astype(int), [])
    assert said.startswith("Too close to 0 by 1: ")


def test_overflow_names_the_size_of_the_arguments():
    assert observe(np.array(np.nan), np.array(3.5), [("z", np.array([1.0, 4000.0]))]) == (
        "It is NaN; the arguments contain numbers as large as 4000."
    )
