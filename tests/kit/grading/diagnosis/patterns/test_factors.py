"""A factor or an offset is found for all entries, for each slice, and named by what it equals in this call."""

import numpy as np
import pytest
from failing_calls import Z

from minicompress.kit.grading.diagnosis.patterns import observe


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        (16.0, "Every entry is 16 times the expected one; here T^2 = 16."),
        (1 / 16, "Every entry is 1/16 times the expected one; here 1/T^2 = 1/16."),
        (5.0, "Every entry is 5 times the expected one; here len(z) = 5."),
        (1 / 20, "Every entry is 1/20 times the expected one; here 1/z.size = 1/20."),
        (0.7, "Every entry is 7/10 times the expected one; here 1 - alpha = 7/10."),
        (np.log(2), "Every entry is 0.693147 times the expected one; here ln 2 = 0.693147."),
        (7.77, "Every entry is 7.77 times the expected one."),
        (-1.0, "Every entry has the opposite sign."),
    ],
)
def test_a_factor_is_named_by_what_it_equals_in_this_call(factor, said):
    assert observe(factor * Z, Z, [("z", Z), ("T", 4.0), ("alpha", 0.3)]) == said


def test_an_offset_is_named_too():
    assert observe(Z + 4, Z, [("T", 4.0)]) == "Every entry is 4 more than the expected one; here T = 4."
    assert observe(Z - 0.123, Z, []) == "Every entry is 0.123 less than the expected one."


def test_rows_with_factors_and_offsets_of_their_own():
    scale = np.array([1.5, 0.25, -2.0, 3.0, 7.0])
    said = observe(Z * scale[:, None], Z, [])
    assert said == ("Along axis 0 each slice is the expected one times its own factor: 3/2, 1/4, -2, 3, ....")
    assert observe(Z * scale[:, None], Z, [("scale", scale)]) == "got = expected * scale for every entry."
    assert observe(Z + scale[:, None], Z, [("scale", scale)]) == "got = expected + scale for every entry."
    norms = np.sqrt((Z**2).sum(axis=1, keepdims=True))
    assert observe(Z / norms, Z, [("z", Z)]) == "got = expected / (norm(z) over z[i]) for every entry."
