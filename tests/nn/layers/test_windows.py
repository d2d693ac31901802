import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minicompress import nn
from minicompress.nn.layers.windows import col2im, im2col, output_size, pad


def test_columns_of_a_hand_worked_image():
    # 3x3 image, 2x2 window, stride 1: rows are window elements (0,0) (0,1) (1,0) (1,1), columns the four positions.
    x = np.arange(9.0).reshape(1, 1, 3, 3)
    assert im2col(x, (2, 2), (1, 1)).tolist() == [[[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]]]


def test_col2im_counts_how_many_windows_meet_a_pixel():
    ones = np.ones((1, 4, 4))
    assert col2im(ones, (1, 1, 3, 3), (2, 2), (1, 1)).tolist() == [[[[1, 2, 1], [2, 4, 2], [1, 2, 1]]]]


sizes = st.integers(1, 3)


@settings(deadline=None, max_examples=60)
@given(st.tuples(sizes, sizes), st.tuples(sizes, sizes), st.tuples(st.integers(0, 4), st.integers(0, 4)), sizes, sizes)
def test_col2im_is_the_adjoint_of_im2col(kernel, stride, extra, n, c):
    # <im2col(x), columns> = <x, col2im(columns)> for all x and columns defines the adjoint
    rng = np.random.default_rng(0)
    x = rng.standard_normal((n, c, kernel[0] + extra[0], kernel[1] + extra[1]))
    columns = im2col(x, kernel, stride)
    other = rng.standard_normal(columns.shape)
    np.testing.assert_allclose(np.vdot(columns, other), np.vdot(x, col2im(other, x.shape, kernel, stride)), atol=1e-12)


def naive_conv(x, w, b, stride, padding, groups):
    """The definition, position by position."""
    x = pad(x, padding)
    oh, ow = output_size(x.shape[2:], w.shape[2:], stride)
    y = np.zeros((len(x), len(w), oh, ow))
    for n, o, p, q in np.ndindex(*y.shape):
        first = o // (len(w) // groups) * w.shape[1]
        top, left = p * stride[0], q * stride[1]
        window = x[n, first : first + w.shape[1], top : top + w.shape[2], left : left + w.shape[3]]
        y[n, o, p, q] = (window * w[o]).sum() + b[o]
    return y


@settings(deadline=None, max_examples=60)
@given(
    kernel=st.tuples(sizes, sizes),
    stride=st.tuples(sizes, sizes),
    padding=st.tuples(st.integers(0, 2), st.integers(0, 2)),
    extra=st.tuples(st.integers(0, 3), st.integers(0, 3)),
    groups=sizes,
    per_group=st.tuples(st.integers(1, 2), st.integers(1, 2)),
    n=st.integers(0, 3),
)
def test_convolution_is_its_definition(kernel, stride, padding, extra, groups, per_group, n):
    rng = np.random.default_rng(1)
    channels, filters = groups * per_group[0], groups * per_group[1]
    layer = nn.Conv2d(channels, filters, kernel, stride, padding, groups, rng=rng).astype(np.float64)
    layer.bias.value[...] = rng.standard_normal(filters)
    x = rng.standard_normal((n, channels, kernel[0] + extra[0], kernel[1] + extra[1]))
    y = layer.forward(x)
    np.testing.assert_allclose(
        y, naive_conv(x, layer.weight.value, layer.bias.value, stride, padding, groups), atol=1e-12
    )
    assert y.shape[1:] == layer.output_shape(x.shape[1:])


def test_convolution_does_not_depend_on_how_the_batch_is_cut(rng, monkeypatch):
    layer = nn.Conv2d(3, 4, 3, padding=1, rng=rng).astype(np.float64)
    x, dy = rng.standard_normal((7, 3, 5, 6)), rng.standard_normal((7, 4, 5, 6))
    results = []
    for chunk_bytes in (1, 20_000, 1 << 30):  # one sample at a time, some, all
        monkeypatch.setattr("minicompress.nn.layers.conv._CHUNK_BYTES", chunk_bytes)
        layer.zero_grad()
        results.append((layer.forward(x), layer.backward(dy), layer.weight.grad.copy()))
    for other in results[1:]:
        for one, two in zip(results[0], other, strict=True):
            np.testing.assert_allclose(one, two, atol=1e-12)


@pytest.mark.parametrize("padding", [(0, 0), (1, 2)])
def test_padding_surrounds_the_image(padding):
    x = np.ones((1, 1, 2, 3))
    expected = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2), constant_values=-5)
    np.testing.assert_array_equal(pad(x, padding, -5), expected)
