"""The places of the wrong entries are told by the expected values, the arguments or the axes."""

import numpy as np
import pytest
from failing_calls import Z

from minicompress.kit.grading.diagnosis.patterns import observe


def wrong_where(where, value, x=Z):
    got = x.copy()
    got[where] = value[where] if isinstance(value, np.ndarray) else value
    return got


@pytest.mark.parametrize(
    ("got", "said"),
    [
        (wrong_where(Z < 0, 0.0), "got = max(expected, 0) for every entry."),
        (
            wrong_where(Z > 0, 1.7 * Z + 0.3),
            f"Only the entries where expected > 0 are wrong ({(Z > 0).sum()} of 20).",
        ),
        (
            wrong_where(np.arange(5)[:, None] + 0 * Z == 4, Z + 0.25),
            "Only the entries at the last index of axis 0 are wrong (4 of 20); there got = expected + 1/4.",
        ),
        (
            wrong_where(np.arange(4) + 0 * Z < 1, 2 * Z**3),
            "Only the entries at index 0 of axis 1 are wrong (5 of 20).",
        ),
    ],
)
def test_the_places_that_are_wrong(got, said):
    assert observe(got, Z, []) == said


def test_places_that_an_argument_tells():
    x = np.where(np.arange(20).reshape(5, 4) % 3 == 0, -np.abs(Z), np.abs(Z) + 1)
    y = Z.copy()
    y[x < 0] += np.arange((x < 0).sum()) ** 2 + 1
    assert observe(y, Z, [("x", x)]) == f"Only the entries where x < 0 are wrong ({(x < 0).sum()} of 20)."


def test_one_wrong_entry_is_no_kind_of_place():
    got = Z.copy()
    got[2, 1] = 99
    assert observe(got, Z, []) is None
