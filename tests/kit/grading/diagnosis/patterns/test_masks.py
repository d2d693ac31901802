"""A wrong mask is described by what it keeps, and wrong codes by their bits."""

import numpy as np
import pytest
from failing_calls import W

from minicompress.kit.grading.diagnosis.patterns import observe


def test_codes_that_wrapped():
    wrapped = np.arange(100, 160).astype(np.uint8).astype(np.int8).astype(np.int64)
    assert observe(wrapped, np.arange(100, 160), []) == "Every wrong entry is off by a multiple of 256."


@pytest.mark.parametrize(
    ("got", "said"),
    [
        (np.abs(W) <= 2, "Inverted: True where False is expected, and False where True is expected."),
        (W > 0.5, None),
        (np.ones_like(W, bool), "Everything is kept."),
        (np.abs(W) > 2.5, "Only what should be kept is kept, but 4 too few."),
        (np.abs(W) > 1.5, "Everything that should be kept is kept, and 4 too many."),
        (np.abs(W) < 1.9, "It keeps the 15 entries with the smallest abs(w); others are expected (14)."),
    ],
)
def test_masks(got, said):
    observed = observe(got, np.abs(W) > 2, [("w", W)])
    assert observed == said or (said is None and "largest w; others are expected" in observed)


def test_a_mask_that_keeps_ties():
    w = np.array([[1.0, 2, 2, 2], [3, 4, 0.5, 2]])
    said = observe(w >= 2, np.array([[0, 1, 0, 0], [1, 1, 0, 0]], bool), [("w", w)])
    assert said == ("Everything that should be kept is kept, and 3 too many, all among equal values: abs(w) = 2.")
