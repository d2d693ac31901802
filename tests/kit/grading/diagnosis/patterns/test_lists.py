"""Lists are compared item by item, in any order."""

import numpy as np

from minicompress.kit.grading.diagnosis.patterns import observe
from minicompress.kit.grading.diagnosis.patterns.lists import find_list_difference


def test_lists():
    assert observe(["a", "b"], ["a", "b", "c"], []) == "Every item is expected, but these are missing: 'c'."
    assert observe(["a", "b", "c"], ["a", "b"], []) == "Every expected item is there, and also: 'c'."
    assert observe([("b", 1), ("a", 2), ("c", 3)], [("a", 2), ("b", 1), ("c", 3)], []) == (
        "The right items in another order."
    )
    assert observe([2.5, 5.25, 7.125], [1.25, 2.625, 3.5625], []) == "For every entry got = 2 * expected."


def test_what_is_told_names_the_list_inside_others_and_at_most_three_items():
    path, found = find_list_difference([["a"], ["b", "c"]], [["a"], ["b"]])
    assert (path, found.key, found.values) == ("[1]", "items_more", {"which": "'c'"})
    path, found = find_list_difference(["e"], ["a", "b", "c", "d", "e"])
    assert (path, found.key, found.values) == ("", "items_fewer", {"which": "'a', 'b', 'c', ..."})


def test_arrays_equal_lists_and_numbers_in_another_order_are_left_to_the_others():
    assert find_list_difference([np.ones(2)], [np.zeros(2)]) is None
    assert find_list_difference(["a", "b"], ["a", "b"]) is None
    assert find_list_difference([3, 1, 2], [1, 2, 3]) is None
    assert find_list_difference(["a", "x"], ["a", "b"]) is None
    assert find_list_difference("ab", ["a", "b"]) is None
