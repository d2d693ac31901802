"""A result that is a function of the expected one, or an argument as it came, is recognized."""

import numpy as np
import pytest
from failing_calls import P, Z

from minicompress.kit.grading.diagnosis.patterns import observe


@pytest.mark.parametrize(
    ("got", "said"),
    [
        (np.abs(Z), "got = abs(expected) for every entry."),
        (Z**2, "got = expected^2 for every entry."),
        (np.trunc(Z), "got = trunc(expected) for every entry."),
        (1 / Z, "got = 1/expected for every entry."),
        (1 - Z, "got = 1 - expected for every entry."),
        (2 * Z - 1, "got = 2 expected - 1 for every entry."),
        (3 * Z - 0.5, "got = 3 * expected - 1/2 for every entry."),
        (Z - Z.mean(axis=1, keepdims=True), "got = expected - mean(expected, axis=1) for every entry."),
        (np.full_like(Z, 0.5), "For every entry got = 1/2."),
    ],
)
def test_a_function_of_the_right_values(got, said):
    assert observe(got, Z, []) == said


def test_what_is_expected_is_a_function_of_what_came():
    assert observe(np.log(P), P, []) == "got = ln(expected) for every entry."
    assert observe(np.exp(Z), P, []) == "expected = got / sum(got, axis=1) for every entry."


def test_an_argument_as_it_came():
    assert observe(Z.copy(), P, [("logits", Z)]) == "It is `logits`."
