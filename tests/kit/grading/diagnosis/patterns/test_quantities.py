"""A number is named by the quantities of the call that it equals, and by none where too many do."""

from failing_calls import Z

from minicompress.kit.grading.diagnosis.patterns import observe


def test_two_quantities_that_coincide_are_both_named():
    assert "here T = z.shape[1] = 4." in observe(4 * Z, Z, [("z", Z), ("T", 4.0)])


def test_where_too_much_coincides_nothing_is_named():
    said = observe(4 * Z, Z, [("z", Z), ("T", 4.0), ("k", 4), ("m", 0.25)])
    assert said == "Every entry is 4 times the expected one."
