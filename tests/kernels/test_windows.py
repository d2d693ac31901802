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
