"""The picture has three panels, each with its arms and the dense network."""

from small_pruning import TARGETS

from minicompress.study import find_study


def test_the_picture_has_the_three_panels_and_is_labelled_as_a_miniature(run):
    figure = find_study("pruning", quick=True).figure(run[0].summaries, "a title")
    titles = [axes.get_title() for axes in figure.axes]

    assert titles == ["at equal numbers of weights", "by the size of the file", "when to prune"]
    assert [len(axes.lines) for axes in figure.axes] == [5, 5, 5]  # four arms and the dotted line
    assert len(figure.axes[1].lines[2].get_xdata()) == 2 * len(TARGETS)  # the neurons at equal bytes too
    assert run[0].picture.read_bytes().startswith(b"\x89PNG")
