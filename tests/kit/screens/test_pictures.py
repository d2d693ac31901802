"""Pictures of what differs: one sign an entry, and a plot in a file."""

import numpy as np
import pytest

from minicompress.kit.screens.pictures import picture, plot


def arrays(got, expected):
    got, expected = np.array(got, float), np.array(expected, float)
    wrong = ~np.isclose(got, expected, equal_nan=True)
    return {"got": got.tolist(), "expected": expected.tolist(), "wrong": wrong.tolist()}


def test_signs_say_which_way_and_how_far():
    # differences: 0, +1 (largest / 4), -1, +4 (the largest), -3 (more than half of it), NaN
    assert picture(arrays([[1, 3, 1], [9, 2, np.nan]], [[1, 2, 2], [5, 5, 1]])) == [".+-", "#=?"]


def test_within_the_tolerance_is_right_whatever_the_difference():
    shown = arrays([1.0, 2.0], [1.0, 2.5])
    shown["wrong"] = [False, False]
    assert picture(shown) == [".."]


def test_more_than_two_axes_are_the_last_against_all_others():
    got = np.zeros((2, 2, 3))
    got[1, 0, 2] = 1
    assert picture(arrays(got, np.zeros((2, 2, 3)))) == ["...", "...", "..#", "..."]


def test_a_large_picture_is_cut_and_says_so():
    lines = picture(arrays(np.zeros((50, 200)), np.ones((50, 200))), columns=10)
    assert lines == ["=========…"] * 12 + ["…"]


@pytest.mark.parametrize("shape", [(3,), (2, 4), (2, 3, 2, 2)])
def test_a_plot_is_a_picture_file_for_any_shape(tmp_path, shape):
    got = np.arange(np.prod(shape), dtype=float).reshape(shape)
    got.flat[0] = np.nan
    plot(arrays(got, np.zeros(shape)), "a title", tmp_path / "plots" / "difference.png")
    (written,) = (tmp_path / "plots").iterdir()  # and no temporary file beside it
    assert written.read_bytes().startswith(b"\x89PNG")


def test_a_plot_of_an_unknown_file_type_leaves_nothing(tmp_path):
    with pytest.raises(ValueError, match="not supported"):
        plot(arrays([1.0], [2.0]), "a title", tmp_path / "difference.nonsense")
    assert list(tmp_path.iterdir()) == []
