"""Bands of accuracy: what is drawn where, in one style for each name, on axes that can be read."""

import pytest

from minicompress.figures.curves import STYLES, Band, Panel, curves_figure

# Older matplotlib calls a newer pyparsing by names that it is giving up: theirs to settle, and no error of ours.
pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning:matplotlib")

GOOD = Band("good", x=(0.5, 0.9, 0.99), low=(0.97, 0.96, 0.9), median=(0.98, 0.97, 0.95), high=(0.99, 0.98, 0.96))
BAD = Band("bad", x=(0.5, 0.9, 0.99), low=(0.8, 0.5, 0.1), median=(0.9, 0.6, 0.1), high=(0.95, 0.7, 0.2))
SMALL = Band("bad", x=(5_000, 500_000), low=(0.1, 0.8), median=(0.1, 0.9), high=(0.2, 1.0))


@pytest.fixture
def figure():
    return curves_figure([Panel("one", "sparsity", (GOOD, BAD), 0.985), Panel("two", "bytes", (SMALL,))], title="both")


def test_lines_run_through_the_medians_and_bands_from_least_to_greatest(figure):
    axes = figure.axes[0]
    good, bad, reference = axes.lines

    assert list(good.get_xdata()) == pytest.approx([0.5, 0.1, 0.01])  # what is kept
    assert list(good.get_ydata()) == pytest.approx([0.02, 0.03, 0.05])  # the errors
    assert list(bad.get_ydata()) == pytest.approx([0.1, 0.4, 0.9])
    assert list(reference.get_ydata()) == pytest.approx([0.015, 0.015])
    corners = axes.collections[0].get_paths()[0].vertices
    for x, low, high in zip(good.get_xdata(), GOOD.low, GOOD.high, strict=True):
        at = sorted(y for c, y in corners if c == pytest.approx(x))
        assert (at[0], at[-1]) == pytest.approx((1 - high, 1 - low))


def test_a_perfect_score_can_be_drawn(figure):
    corners = figure.axes[1].collections[0].get_paths()[0].vertices
    assert corners[:, 1].min() == pytest.approx(1e-4)


def test_sparsities_are_spread_and_named_and_less_is_to_the_right(figure):
    sparsity, size = figure.axes
    assert sparsity.xaxis_inverted()
    assert size.xaxis_inverted()
    assert [label.get_text() for label in sparsity.get_xticklabels()] == ["50%", "80%", "90%", "95%", "98%", "99%"]
    assert "10 kB" in [label.get_text() for label in size.get_xticklabels()]
    assert sparsity.yaxis_inverted()
    assert "accuracy" in sparsity.get_ylabel()
    assert sparsity.get_ylim() == size.get_ylim()


def test_a_name_has_one_style_in_all_panels_and_no_two_names_share_one(figure):
    def style(line):
        return line.get_color(), line.get_marker(), str(line.get_linestyle()), line._dash_pattern

    good, bad, _ = map(style, figure.axes[0].lines)
    assert style(figure.axes[1].lines[0]) == bad
    assert not set(good[:3]) & set(bad[:3])


def test_one_legend_names_each_band_once_and_nothing_overlaps(figure):
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["good", "bad", "not compressed"]
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    box = legend.get_window_extent(renderer)
    for axes in figure.axes:
        assert not box.overlaps(axes.get_tightbbox(renderer))
    assert figure.get_size_inches()[0] * figure.dpi == pytest.approx(1600, abs=1)


def test_without_a_reference_there_is_no_dotted_line():
    figure = curves_figure([Panel("one", "sparsity", (GOOD,))])
    assert len(figure.axes[0].lines) == 1
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["good"]


def test_a_band_of_one_point_shows_its_range_as_an_upright_line():
    point = Band("one", x=(2,), low=(0.8,), median=(0.9,), high=(0.95,))
    axes = curves_figure([Panel("bits", "bits", (point,))]).axes[0]
    (segment,) = axes.collections[0].get_segments()
    assert [tuple(end) for end in segment] == [(2, pytest.approx(0.05)), (2, pytest.approx(0.2))]


@pytest.mark.parametrize(
    ("axis", "x", "ticks", "label"),
    [
        ("bits", (2, 5), ["2", "3", "4", "5"], "bits"),
        ("picojoules", (30_000, 600_000), ["50", "100", "200", "500"], "nJ"),
        ("picojoules", (29_000, 62_000), ["30", "40", "50", "60"], "nJ"),
        ("voltage", (0.75, 1.0), None, "Vmin"),
    ],
)
def test_other_axes_are_named_and_less_is_to_the_right(axis, x, ticks, label):
    band = Band("some", x=x, low=(0.8, 0.9), median=(0.9, 0.95), high=(0.95, 0.97))
    axes = curves_figure([Panel("some", axis, (band,))]).axes[0]
    assert axes.xaxis_inverted()
    assert label in axes.get_xlabel()
    assert list(axes.lines[0].get_xdata()) == list(x)
    if ticks:
        assert [tick.get_text() for tick in axes.get_xticklabels()] == ticks


def bands(count):
    columns = {"x": (0.5, 0.9), "low": (0.8, 0.5), "median": (0.9, 0.6), "high": (0.95, 0.7)}
    return tuple(Band(f"band {i}", **columns) for i in range(count))


def test_no_two_names_look_alike_and_more_than_can_be_told_apart_are_refused():
    figure = curves_figure([Panel("many", "sparsity", bands(len(STYLES)))])
    assert len({(line.get_color(), line.get_marker()) for line in figure.axes[0].lines}) == len(STYLES)
    with pytest.raises(ValueError, match=r"curves_figure: names must be at most 11, .* got 12"):
        curves_figure([Panel("some", "sparsity", bands(6)), Panel("more", "sparsity", bands(len(STYLES) + 1))])


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"x": ()}, "x, low, median and high must be of one length"),
        ({"high": (0.9,)}, "x, low, median and high must be of one length"),
        ({"x": (0.5, float("nan"))}, "x must be a finite number"),
        ({"low": (0.8, -0.1)}, "low must be"),
        ({"median": (0.7, 0.6)}, "median must be a finite number >= 0.8"),
        ({"high": (0.95, 70)}, "high must be a finite number >= 0.6 and <= 1"),
    ],
)
def test_a_band_that_is_none_is_named(wrong, text):
    good = {"x": (0.5, 0.9), "low": (0.8, 0.5), "median": (0.9, 0.6), "high": (0.95, 0.7)}
    with pytest.raises(ValueError, match=f"Band: {text}"):
        Band("bad", **{**good, **wrong})


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("kilograms", bands(1)), "axis must be one of 'sparsity', 'bytes'"),
        (("sparsity", ()), "bands must be at least one"),
        (("sparsity", (Band("all gone", (1.0,), (0.1,), (0.1,), (0.1,)),)), "x on the axis sparsity must be"),
        (("bytes", (Band("none", (0,), (0.1,), (0.1,), (0.1,)),)), "x on the axis bytes must be"),
        (("sparsity", bands(1), 98.5), "reference must be"),
    ],
)
def test_a_panel_that_is_none_is_named(arguments, text):
    with pytest.raises(ValueError, match=f"Panel: {text}"):
        Panel("bad", *arguments)
    with pytest.raises(ValueError, match="curves_figure: panels must be at least one"):
        curves_figure([])
