"""An observation counts if similar calls show it too."""

import numpy as np
from failing_calls import batch, failing, soft

from minicompress.kit.grading.comparison.observation import leaves
from minicompress.kit.grading.diagnosis.patterns.confirmation import as_one, pairs


def test_of_two_names_that_coincide_similar_calls_leave_the_right_one():
    # T = len(z) = 4: only in calls with other sizes does the factor follow the one and not the other.
    said = failing(lambda z, T: soft(z, T) * len(z), soft, batch, ["z", "T"])
    assert said == "It is 4 times the expected number; here len(z) = 4."
    said = failing(lambda z, T: soft(z, T) * T, soft, batch, ["z", "T"])
    assert said == "It is 4 times the expected number; here T = 4."


def test_a_single_number_without_a_rule_is_not_mentioned():
    assert failing(lambda z, T: soft(z, T) + np.sin(z).sum(), soft, batch, ["z", "T"]) is None


def test_what_is_seen_in_this_call_alone_is_not_confirmed():
    def twice_here(z, T):
        return soft(z, T) * (2 if z.shape == (4, 3) and T == 4 else 3)

    assert "2 times" not in (failing(twice_here, soft, batch, ["z", "T"]) or "")


def test_a_list_of_numbers_is_one_leaf_and_other_structures_stay():
    numbers = leaves([1.5, 2.5, 3.5])
    ((path, array),) = as_one(numbers)
    assert (path, array.tolist()) == ("", [1.5, 2.5, 3.5])
    for other in ((1.5, 2.5, 3.5), [1.5, "a", 2.5], [np.ones(2), np.ones(2)], 1.5):
        found = leaves(other)
        assert as_one(found) is found


def test_leaves_are_paired_where_both_are_built_alike():
    got, expected = leaves((1.0, [2.0, "x"])), leaves((3.0, [4.0, "x"]))
    assert [(path, float(a), float(b)) for path, a, b in pairs(got, expected)] == [("[0]", 1, 3), ("[1][0]", 2, 4)]
    assert pairs(got, leaves((3.0, (4.0, "x")))) is None
    assert pairs(got, expected[:-1]) is None
