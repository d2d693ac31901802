"""The picture has its panels: accuracy against bits, bytes and picojoules."""

from minicompress.study import find_study


def test_the_picture_has_its_panels_and_is_labelled_as_a_miniature(run):
    figure = find_study("quantization", quick=True).figure(run[0].summaries, "a title")
    assert [axes.get_title() for axes in figure.axes] == ["PTQ and QAT", "kinds, by bytes", "kinds, by energy"]
    assert [len(axes.lines) for axes in figure.axes] == [7, 8, 7]  # bands and the dotted line
    assert run[0].picture.read_bytes().startswith(b"\x89PNG")
