"""An observation counts if similar calls show it too."""

import numpy as np
from failing_calls import batch, failing, soft


def test_of_two_names_that_coincide_similar_calls_leave_the_right_one():
    # T = len(z) = 4: only in calls with other sizes does the factor follow the one and not the other.
    said = failing(lambda z, T: soft(z, T) * len(z), soft, batch, ["z", "T"])
    assert said == "It is 4 times the expected number; here len(z) = 4."
    said = failing(lambda z, T: soft(z, T) * T, soft, batch, ["z", "T"])
    assert said == "It is 4 times the expected number; here T = 4."


def test_a_single_number_without_a_rule_is_not_mentioned():
    assert failing(lambda z, T: soft(z, T) + np.sin(z).sum(), soft, batch, ["z", "T"]) is None
