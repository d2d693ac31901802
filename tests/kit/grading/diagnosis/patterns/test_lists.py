"""Lists are compared item by item, in any order."""

from minicompress.kit.grading.diagnosis.patterns import observe


def test_lists():
    assert observe(["a", "b"], ["a", "b", "c"], []) == "Every item is expected, but these are missing: 'c'."
    assert observe(["a", "b", "c"], ["a", "b"], []) == "Every expected item is there, and also: 'c'."
    assert observe([("b", 1), ("a", 2), ("c", 3)], [("a", 2), ("b", 1), ("c", 3)], []) == (
        "The right items in another order."
    )
    assert observe([2.5, 5.25, 7.125], [1.25, 2.625, 3.5625], []) == "For every entry got = 2 * expected."
