"""Calls like the one that failed are made with other sizes and numbers, and decide what one call leaves open."""

import numpy as np
import pytest
from failing_calls import batch, failing, failing_call, soft


def test_a_single_number_is_judged_by_similar_calls():
    said = failing(lambda z, T: soft(z, T) / T**2, soft, batch, ["z", "T"])
    assert said == "It is 1/16 times the expected number; here 1/T^2 = 1/16."


def test_a_small_mask_is_judged_by_similar_calls():
    def largest(w, k):
        mask = np.zeros(w.size, bool)
        mask[np.argsort(-np.abs(w), kind="stable")[:k]] = True
        return mask

    def without_abs(w, k):
        mask = np.zeros(w.size, bool)
        mask[np.argsort(-w, kind="stable")[:k]] = True
        return mask

    make = lambda: (np.array([3.0, -4.0, 1.0, -2.0, 0.5]), 2)  # noqa: E731
    said = failing(without_abs, largest, make, ["w", "k"])
    assert said == "It keeps the 2 entries with the largest w; others are expected (2)."


def test_similar_calls_have_other_sizes_and_other_numbers_and_both_answer_them():
    call = failing_call(lambda z, T: soft(z, T) + 1, soft, batch, ["z", "T"])
    similar = call.similar()
    assert len({args[0].shape for args, *_ in similar}) > 1
    assert len({args[1] for args, *_ in similar}) > 1
    for args, named, got, expected, of_another_check in similar:
        assert [name for name, _ in named] == ["z", "T"]
        assert got[0][1] == pytest.approx(soft(*args) + 1)
        assert expected[0][1] == pytest.approx(soft(*args))
        assert not of_another_check
    assert call.similar() is similar


def test_the_calls_of_other_checks_come_first_and_calls_that_fail_are_left_out():
    def refuses_one_row(z, T):
        if len(z) < 3:
            raise ValueError
        return soft(z, T)

    other = lambda: (np.ones((2, 2)), 1.5)  # noqa: E731
    call = failing_call(soft, refuses_one_row, batch, ["z", "T"])
    call.others = (other, lambda: (np.eye(3), 2.0))
    similar = call.similar()
    assert [of_another_check for *_, of_another_check in similar].count(True) == 1
    assert similar[0][0][1] == 2.0
    assert all(len(args[0]) >= 3 for args, *_ in similar)
