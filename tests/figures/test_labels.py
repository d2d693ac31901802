"""Labels stand beside their points and cover nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minicompress.figures.labels import place_labels

FRAME = (0, 0, 1000, 700)


def overlap(a, b):
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return max(width, 0) * max(height, 0)


def total_overlap(boxes):
    return sum(overlap(a, b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_a_single_label_stands_to_the_right_of_its_point():
    ((left, bottom, right, top),) = place_labels([(500, 300)], [(100, 20)], FRAME)

    assert (left, right) == (511, 611)
    assert (bottom, top) == (290, 310)


def test_a_label_at_the_right_edge_moves_to_the_left():
    ((left, _, right, _),) = place_labels([(990, 300)], [(100, 20)], FRAME)

    assert right < 990
    assert right - left == 100


def test_close_points_get_labels_that_do_not_overlap():
    points = [(500, 300), (505, 305), (510, 300), (500, 320), (520, 310)]

    boxes = place_labels(points, [(120, 30)] * 5, FRAME)

    assert total_overlap(boxes) == 0
    for x, y in points:
        assert all(overlap(box, (x - 9, y - 9, x + 9, y + 9)) == 0 for box in boxes)


def test_a_crowd_that_one_order_cannot_seat_is_seated_by_trying_others():
    points = [
        (506, 398),
        (478, 384),
        (520, 300),
        (492, 384),
        (506, 300),
        (534, 370),
        (534, 314),
        (450, 384),
        (450, 356),
    ]

    assert total_overlap(place_labels(points, [(150, 24)] * 9, FRAME)) == 0


def test_an_obstacle_is_left_free():
    legend = (505, 200, 700, 400)

    (box,) = place_labels([(500, 300)], [(100, 20)], FRAME, [legend])

    assert overlap(box, legend) == 0


def test_the_same_points_get_the_same_places():
    points = np.random.default_rng(0).uniform(100, 600, size=(8, 2))

    assert place_labels(points, [(80, 30)] * 8, FRAME) == place_labels(points, [(80, 30)] * 8, FRAME)


def test_no_points_no_labels():
    assert place_labels(np.zeros((0, 2)), np.zeros((0, 2)), FRAME) == []


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(150, 850), st.integers(100, 600)), min_size=1, max_size=6, unique=True))
def test_six_labels_always_find_room(points):
    boxes = place_labels(points, [(90, 24)] * len(points), FRAME)

    assert total_overlap(boxes) == 0
    assert all(np.min(box) >= 0 and box[2] <= 1000 and box[3] <= 700 for box in boxes)


@pytest.mark.parametrize(
    ("points", "sizes", "named"),
    [([[1, 2, 3]], [[1, 2]], "points"), ([[1, np.nan]], [[1, 2]], "points"), ([[1, 2]], [[1, 2], [3, 4]], "sizes")],
)
def test_points_and_sizes_that_do_not_match_are_named(points, sizes, named):
    with pytest.raises(ValueError, match=f"place_labels: {named} must"):
        place_labels(points, sizes, (0, 0, 100, 100))
    assert place_labels([], [], (0, 0, 100, 100)) == []
