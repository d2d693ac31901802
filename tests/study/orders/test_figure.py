"""The picture has a panel for each number of images and a row for each order."""

from small_orders import BEGUN_ALIKE

from minicompress.study.orders import figure as orders_figure
from minicompress.study.orders import measure as orders


def test_the_picture_has_a_panel_for_each_number_of_images_and_a_row_for_each_arm_but_the_smallest(run):
    figure = orders.study(quick=True).figure(run[0].summaries, "a title")
    assert [axes.get_title() for axes in figure.axes] == ["400 training images", "100 training images"]
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert names == [orders_figure.LABELS[arm] for arm in (*BEGUN_ALIKE, "alone_p", "alone_q")]
    assert run[0].picture.read_bytes().startswith(b"\x89PNG")
