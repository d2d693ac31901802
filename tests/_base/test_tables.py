"""Tables of text are as wide as their cells."""

from minicompress._base.tables import table_lines


def test_names_are_flush_left_and_numbers_right():
    assert table_lines([("name", "n"), ("a", "100")]) == ["name    n", "a     100"]


def test_more_columns_can_be_flush_left_and_no_line_ends_in_blanks():
    assert table_lines([("a", "bc"), ("abc", "d")], left=2) == ["a    bc", "abc  d"]
