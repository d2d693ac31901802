"""A result that is right for other arguments is recognized, if no right call contradicts it."""

import numpy as np
from failing_calls import batch, failing, soft


def test_an_argument_that_is_ignored():
    said = failing(lambda z, T: soft(z, 1.0), soft, batch, ["z", "T"])
    assert said == "It would be right after `T = 1`."


def test_a_change_that_a_right_call_contradicts_is_not_mentioned():
    def answer(w, k):
        return np.sort(np.abs(w))[-2:].copy() if k == 3 else np.sort(np.abs(w))[-k:].copy()

    def largest(w, k):
        return np.sort(np.abs(w))[-k:].copy()

    make = lambda: (np.array([1.5, -0.37, 2.123, -4.7, 0.11, 3.3]), 3)  # noqa: E731
    assert failing(answer, largest, make, ["w", "k"]) == "Correct except for 1 missing at the beginning of axis 0."
    assert "after" not in (failing(lambda w, k: largest(w, 2), largest, make, ["w", "k"]) or "")


def test_two_arguments_exchanged():
    def make():
        rng = np.random.default_rng(6)
        return rng.random((3, 4)) + 0.1, rng.random((3, 4)) + 0.1

    said = failing(lambda p, q: divergence(q, p), divergence, make, ["p", "q"])
    assert said == "It would be right after `p, q = q, p`."


def divergence(p, q):
    return float((p * np.log(p / q)).sum())
