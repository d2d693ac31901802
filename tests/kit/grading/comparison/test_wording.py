"""Values are shown short, plainly, and without NumPy's wrappers."""

import numpy as np
import pytest

from minicompress.kit.grading.comparison.wording import show

F32 = np.float32


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (F32(0.1), "0.1"),
        (np.float64(0.1), "0.1"),
        (np.int8(3), "3"),
        (np.array([1, 2]), "[1, 2]"),
        (np.array([0.1], F32), "[0.1]"),
        (np.zeros((4, 5)), "array(4, 5)"),
        ([1.0, F32(2)], "[1.0, 2.0]"),
        (tuple(range(9)), "(0, 1, 2, 3, 4, 5, ...)"),
        ("x" * 500, "'" + "x" * 156 + "..."),
    ],
)
def test_values_are_shown_short_and_without_numpys_wrappers(value, text):
    assert show(value) == text
