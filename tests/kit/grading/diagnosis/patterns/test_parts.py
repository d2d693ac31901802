"""Of a weighted sum the wrong part is named."""

import numpy as np
from failing_calls import batch, failing


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
