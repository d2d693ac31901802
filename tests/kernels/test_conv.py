"""Convolution: the compiled twin against the NumPy function, which is the authority."""

import numpy as np
import pytest
from convolution_inputs import laid_out, problem
from hypothesis import given, settings
from hypothesis import strategies as st

from minicompress import nn
from minicompress.kernels import conv as twin
from minicompress.nn.layers import conv as reference

sizes = st.integers(1, 3)
geometries = st.fixed_dictionaries(
    {
        "n": st.integers(0, 6),
        "groups": sizes,
        "per_group": st.tuples(sizes, sizes),
        "kernel": st.tuples(sizes, sizes),
        "stride": st.tuples(sizes, sizes),
        "padding": st.tuples(st.integers(0, 2), st.integers(0, 2)),
        "extra": st.tuples(st.integers(0, 5), st.integers(0, 5)),
        "layout": st.sampled_from(["channels first", "channels last", "neither"]),
        "dtype": st.sampled_from([np.float32, np.float64]),
    }
)


def agree(ours, expected, dtype):
    assert ours.shape == expected.shape
    assert ours.dtype == expected.dtype == dtype
    np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-4 if dtype == np.float32 else 1e-12)


@settings(deadline=None, max_examples=150)
@given(geometries)
def test_forward_and_backward_are_numpys(geometry):
    x, w, b, *options = problem(**geometry)
    y, expected = twin.convolve(x, w, b, *options), reference.convolve(x, w, b, *options)
    agree(y, expected, x.dtype)
    dy = laid_out(np.random.default_rng(1).standard_normal(y.shape).astype(x.dtype), geometry["layout"])
    ours = twin.convolve_backward(dy, x, w, *options, True)
    for one, other in zip(ours, reference.convolve_backward(dy, x, w, *options, True), strict=True):
        agree(one, other, x.dtype)


@pytest.mark.parametrize("channels", [1, 6])
def test_bias_and_dx_may_be_left_out(channels):
    x, w, b, *options = problem(3, 1, (channels, 4), (3, 3), (1, 1), (1, 1), (4, 4), "channels first", np.float64)
    y = twin.convolve(x, w, None, *options)
    agree(y, reference.convolve(x, w, 0 * b, *options), np.float64)
    dx, dw, db = twin.convolve_backward(y, x, w, *options, False)
    assert dx is None
    for one, other in zip((dw, db), reference.convolve_backward(y, x, w, *options, False)[1:], strict=True):
        agree(one, other, np.float64)


@pytest.mark.parametrize(
    "layer",
    [
        nn.Conv2d(2, 3, 3, stride=2, padding=1, rng=np.random.default_rng(0)),
        nn.Conv2d(8, 3, 3, padding=(0, 2), rng=np.random.default_rng(0)),
        nn.Conv2d(4, 6, (1, 2), groups=2, rng=np.random.default_rng(0)),
        nn.MaxPool2d(2),
        nn.MaxPool2d(3, stride=2, padding=1),
        nn.AvgPool2d((2, 3), stride=(1, 2), padding=(1, 0)),
    ],
    ids=repr,
)
def test_gradient_check_passes_on_the_twins(layer, rng, monkeypatch):
    monkeypatch.setattr("minicompress.nn.twins._WORTH_A_TWIN", 0)
    channels = getattr(layer, "in_channels", 2)
    nn.check_gradients(layer, rng.standard_normal((3, channels, 7, 6)), rng=rng)
