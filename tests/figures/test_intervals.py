"""Rows of medians and ranges: what is drawn where, and that panels cannot be mixed up."""

import pytest

from minicompress.figures.intervals import Interval, IntervalPanel, intervals_figure

# Older matplotlib calls a newer pyparsing by names that it is giving up: theirs to settle, and no error of ours.
pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning:matplotlib")

ONE = (Interval("a", "new", (0.9, 0.95, 0.7)), Interval("b", "old", (0.5, 0.25)))
TWO = (Interval("a", "new", (0.8, 0.8)), Interval("b", "old", (0.125, 0.25)))


@pytest.fixture
def figure():
    return intervals_figure([IntervalPanel("left", ONE, ("teacher", 0.99)), IntervalPanel("right", TWO)], title="both")


def test_a_line_reaches_from_least_to_greatest_with_a_dot_a_seed_and_the_median_marked(figure):
    axes = figure.axes[0]
    (segment,) = axes.collections[0].get_segments()
    assert segment[:, 0] == pytest.approx([70, 95])
    assert list(segment[:, 1]) == [0, 0]
    dots, median = axes.lines[:2]
    assert sorted(dots.get_xdata()) == pytest.approx([70, 90, 95])
    assert list(median.get_xdata()) == pytest.approx([90])  # the mean would be 85
    assert list(axes.lines[3].get_xdata()) == pytest.approx([37.5])
    assert list(axes.lines[3].get_ydata()) == [1]


def test_the_reference_is_a_dotted_line_in_its_panel_alone(figure):
    left, right = figure.axes
    assert list(left.lines[-1].get_xdata()) == pytest.approx([99, 99])
    assert left.lines[-1].get_linestyle() == ":"
    assert len(right.lines) == len(left.lines) - 1


def test_rows_are_named_once_from_top_to_bottom_and_groups_in_the_legend(figure):
    left, right = figure.axes
    assert [label.get_text() for label in left.get_yticklabels()] == ["a", "b"]
    assert {label.get_text() for label in right.get_yticklabels()} == {""}
    assert left.yaxis_inverted()
    assert left.get_ylim() == right.get_ylim()
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["new", "old", "teacher"]
    assert [axes.get_title() for axes in figure.axes] == ["left", "right"]


def test_groups_have_styles_of_their_own_the_same_in_both_panels(figure):
    def style(line):
        return line.get_color(), line.get_marker()

    left, right = figure.axes
    assert style(left.lines[1]) == style(right.lines[1])
    assert not set(style(left.lines[1])) & set(style(left.lines[3]))


def test_rows_of_one_name_lie_close_around_its_place_in_the_order_of_their_groups():
    rows = (Interval("a", "small", (0.5,)), Interval("a", "large", (0.6,)), Interval("b", "small", (0.7,)))
    (axes,) = intervals_figure([IntervalPanel("", rows)], label="points").axes
    assert [line.get_ydata()[0] for line in axes.lines[1::2]] == [-0.25, 0.25, 1]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a", "b"]
    assert axes.get_xlabel() == "points"


def test_panels_of_other_rows_are_refused():
    with pytest.raises(ValueError, match="intervals_figure: panels must have the same rows"):
        intervals_figure([IntervalPanel("left", ONE), IntervalPanel("right", ONE[::-1])])


def test_more_groups_than_can_be_told_apart_are_refused():
    rows = tuple(Interval("a", f"group {i}", (0.9,)) for i in range(12))
    with pytest.raises(ValueError, match="intervals_figure: names must be at most 11"):
        intervals_figure([IntervalPanel("many", rows)])
    assert intervals_figure([IntervalPanel("many", rows[:11])])


def test_a_row_that_comes_twice_is_refused():
    with pytest.raises(ValueError, match="intervals_figure: panels must have the same rows"):
        intervals_figure([IntervalPanel("twice", (*ONE, ONE[0]))])


@pytest.mark.parametrize("accuracies", [(), (float("nan"),), (98.5,), ("0.9",)], ids=repr)
def test_accuracies_that_are_none_are_named(accuracies):
    with pytest.raises(ValueError, match="Interval: accuracies must be"):
        Interval("a", "b", accuracies)
