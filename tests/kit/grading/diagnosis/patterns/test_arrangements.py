"""The right values are recognized in another order, another shape, too many, too few, and not yet summed."""

import numpy as np
import pytest
from failing_calls import Z

from minicompress.kit.grading.diagnosis.patterns import observe


@pytest.mark.parametrize(
    ("got", "said"),
    [
        (Z.T, "It is `expected.T`: the right values with the axes exchanged."),
        (Z[::-1], "The right values in reverse order along axis 0."),
        (np.roll(Z, 1, 1), "The right values, shifted forward by one along axis 1; the last comes first."),
        (np.sort(Z, 1), "The right values, sorted along axis 1."),
        (Z[[3, 0, 4, 1, 2]], "The right values in another order along axis 0."),
        (Z[None], "The right values with too many or too few axes: shape (1, 5, 4) instead of (5, 4)."),
        (Z.ravel(), "The right values in the right order in another shape: (20,) instead of (5, 4)."),
        (Z[:-1], "Correct except for 1 missing at the end of axis 0."),
        (np.concatenate([Z, Z[:2] * 9]), "Correct except for 2 too many at the end of axis 0."),
        (np.delete(Z, [1, 3], 0), "Correct except for the missing indices 1, 3 of axis 0 (counted in expected)."),
    ],
)
def test_the_right_values_in_another_form(got, said):
    assert observe(got, Z, []) == said


def test_a_sum_that_is_missing():
    x = np.random.default_rng(1).normal(size=(3, 4, 2))
    assert observe(x, x.sum(axis=1), []) == "expected = got.sum(axis=1)."
    assert observe(x.mean(axis=0), x, []) == "got = expected.mean(axis=0)."
