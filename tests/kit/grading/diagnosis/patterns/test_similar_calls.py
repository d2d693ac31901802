"""Calls like the one that failed are made with other sizes and numbers, and decide what one call leaves open."""

import numpy as np
from failing_calls import batch, failing, soft


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
