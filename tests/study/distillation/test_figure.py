"""The picture shows gains over the control, seed by seed, with a panel for each task."""

from minicompress.study.distillation import (
    figure as distillation_figure,
)
from minicompress.study.distillation import (
    measure as distillation,
)
from minicompress.study.distillation.arms import METHODS
from minicompress.study.summary import Summary


def test_a_gain_is_a_difference_within_a_seed():
    def summary(*accuracies):
        return Summary("", 20, accuracies, {}, {}, {})

    of = {("few.hint", 20): summary(0.5, 0.75, 0.5), ("few.hard", 20): summary(0.25, 0.75, 0.625)}
    assert distillation_figure.gains(of, "few", "hint", 20) == (0.25, 0.0, -0.125)


def test_the_picture_has_a_panel_for_each_task_of_vectors_and_a_row_for_each_method_but_the_control(run):
    figure = distillation.study(quick=True).figure(run[0].summaries, "a title")
    assert [axes.get_title().partition("\n")[0] for axes in figure.axes] == list(distillation_figure._PANELS.values())
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert names == [distillation_figure.LABELS[method] for method in METHODS if method != "hard"]
    for axes in figure.axes:
        assert list(axes.lines[-1].get_xdata()) == [0, 0]
    assert run[0].picture.read_bytes().startswith(b"\x89PNG")
