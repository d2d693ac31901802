"""Windows as rows or columns: gathered and scattered by hand, in chunks of any size, whichever has the longer runs."""

import numpy as np
import pytest
from convolution_inputs import problem

from minicompress.kernels import conv as twin
from minicompress.kernels import windows


@pytest.mark.parametrize("channels", [1, 6])
def test_chunks_of_any_size_give_the_same(channels, monkeypatch):
    x, w, b, *options = problem(9, 1, (channels, 4), (3, 2), (1, 2), (0, 1), (4, 4), "channels last", np.float64)
    whole = twin.convolve(x, w, b, *options)
    gradients = twin.convolve_backward(whole, x, w, *options, True)
    for chunk_bytes in (1, 4000):  # one sample at a time, and a few
        monkeypatch.setattr(windows, "_CHUNK_BYTES", chunk_bytes)
        np.testing.assert_allclose(twin.convolve(x, w, b, *options), whole, atol=1e-12)
        for one, other in zip(twin.convolve_backward(whole, x, w, *options, True), gradients, strict=True):
            np.testing.assert_allclose(one, other, atol=1e-12)


def test_few_channels_take_columns_and_many_take_rows():
    """Both kinds are real: else half of this file would test nothing."""
    images = np.zeros((1, 8, 9, 9), np.float32)
    geometry = ((1, 1), (0, 0))
    few, many = (images[:, :c] for c in (1, 8))
    weights = np.zeros((4, 8, 3, 3), np.float32)
    assert isinstance(windows.windows_of(few, weights[:, :1], *geometry, 1), windows.Columns)
    assert isinstance(windows.windows_of(many, weights, *geometry, 1), windows.Rows)
    assert isinstance(windows.windows_of(many, weights[:, :4], *geometry, 2), windows.Columns)


def of(kind, channels, kernel, size, *, stride=(1, 1), padding=(0, 0), groups=1):
    return kind(channels, kernel, size, stride, padding, groups, 8)


def test_the_rows_of_a_hand_worked_image_have_the_channels_last():
    # 2 channels, 2x3 image, 2x2 window: the second channel is the first plus 10.
    x = np.array([[[[1.0, 2, 3], [4, 5, 6]], [[11, 12, 13], [14, 15, 16]]]])
    rows = of(windows.Rows, 2, (2, 2), (1, 2)).gather(x)
    assert rows.tolist() == [[1, 11, 2, 12, 4, 14, 5, 15], [2, 12, 3, 13, 5, 15, 6, 16]]


def test_the_columns_of_a_hand_worked_image_with_stride_and_padding():
    x = np.array([[[[1.0, 2, 3]]]])
    columns = of(windows.Columns, 1, (1, 3), (1, 2), stride=(1, 2), padding=(0, 1)).gather(x)
    assert columns.tolist() == [[[0, 2], [1, 3], [2, 0]]]


@pytest.mark.parametrize("kind", [windows.Rows, windows.Columns])
def test_scatter_counts_how_many_windows_meet_a_pixel(kind):
    geometry = of(kind, 1, (2, 2), (2, 3), stride=(1, 2), padding=(0, 1))
    x = np.ones((1, 1, 3, 4))
    dx = np.full_like(x, np.nan)
    geometry.scatter(np.ones_like(geometry.gather(x)), dx)
    assert dx.tolist() == [[[[1, 1, 1, 1], [2, 2, 2, 2], [1, 1, 1, 1]]]]


@pytest.mark.parametrize("kind", [windows.Rows, windows.Columns])
def test_a_weight_comes_back_from_its_matrix(kind, rng):
    w = rng.standard_normal((6, 2, 3, 2))
    geometry = of(kind, 2, (3, 2), (1, 1))
    np.testing.assert_array_equal(geometry.as_weight(geometry.matrix(w), w), w)


def test_a_slope_that_is_mostly_zero_takes_its_own_rows_with_the_same_gradients(rng):
    x, w = rng.standard_normal((2, 8, 9, 9)), rng.standard_normal((4, 8, 3, 3))
    dy = rng.standard_normal((2, 7, 7, 4)) * (rng.random((2, 7, 7, 4)) < 0.05)
    geometry = windows.windows_of(x, w, (1, 1), (0, 0), 1, np.zeros_like(dy))
    assert type(geometry) is windows.RowsOfFewSlopes
    assert type(windows.windows_of(x, w, (1, 1), (0, 0), 1, np.ones_like(dy))) is windows.Rows
    rows = geometry.gather(x)
    plain = of(windows.Rows, 8, (3, 3), (7, 7))
    np.testing.assert_allclose(geometry.weight_gradient(rows, dy), plain.weight_gradient(rows, dy), atol=1e-12)
    ours, theirs = np.empty_like(rows), np.empty_like(rows)
    geometry.gradient(dy, plain.matrix(w), ours)
    plain.gradient(dy, plain.matrix(w), theirs)
    np.testing.assert_allclose(ours, theirs, atol=1e-12)
