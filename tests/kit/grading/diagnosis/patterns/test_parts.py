"""Of a weighted sum the wrong part is named."""

import numpy as np
from failing_calls import batch, failing, failing_call

from minicompress.kit.grading.diagnosis.patterns.case import Case
from minicompress.kit.grading.diagnosis.patterns.parts import weights_of_parts


def test_the_part_of_a_sum_that_is_wrong():
    def gradient(z, T, alpha):
        return alpha * T * np.exp(z / T) + (1 - alpha) * z

    def wrong(z, T, alpha):
        return alpha / T * np.exp(z / T) + (1 - alpha) * z

    said = failing(wrong, gradient, lambda: (*batch(), 0.3), ["z", "T", "alpha"])
    assert said == (
        "The part that remains at alpha = 1 is 1/16 times the expected one; here 1/T^2 = 1/16. "
        "The part at alpha = 0 is right."
    )


def mixture(z, T, alpha):
    return alpha * T * np.exp(z / T) + (1 - alpha) * z


def test_a_part_that_is_missing_and_two_wrong_weights_are_told():
    make = lambda: (*batch(), 0.3)  # noqa: E731
    said = failing(lambda z, T, alpha: alpha * T * np.exp(z / T), mixture, make, ["z", "T", "alpha"])
    assert said == "The part that remains at alpha = 0 is missing; the part at alpha = 1 is right."
    said = failing(lambda z, T, alpha: 0.2 * T * np.exp(z / T) + 0.9 * z, mixture, make, ["z", "T", "alpha"])
    assert "1/5" in said
    assert "9/10" in said


def test_a_result_that_is_no_such_sum_has_no_parts():
    def no_sum(z, T, alpha):
        return np.exp(alpha * z)

    call = failing_call(
        lambda z, T, alpha: 2 * no_sum(z, T, alpha), no_sum, lambda: (*batch(), 0.3), ["z", "T", "alpha"]
    )
    z, T, alpha = call.make()
    case = Case(2 * no_sum(z, T, alpha), no_sum(z, T, alpha), [], args=call.make(), call=call)
    assert weights_of_parts(case) is None
    assert weights_of_parts(Case(z, z + 1, [])) is None
