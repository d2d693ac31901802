"""Products without zeros, and the backward pass of a convolution that takes them after max-pooling."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minicompress import nn
from minicompress.kernels import conv as twin
from minicompress.kernels import windows
from minicompress.kernels.jit import COMPILES
from minicompress.kernels.zeros import is_worth_it, product_without_zeros
from minicompress.nn.layers import conv as reference

sizes = st.integers(0, 9)


def sparse(shape, share, dtype, rng):
    return np.where(rng.random(shape) < share, rng.standard_normal(shape), 0).astype(dtype)


@settings(deadline=None, max_examples=100)
@given(sizes, sizes, sizes, st.sampled_from([0, 0.3, 1]), st.booleans(), st.sampled_from([np.float32, np.float64]))
def test_it_is_the_product(n, m, p, share, is_transposed, dtype):
    rng = np.random.default_rng(0)
    a = sparse((m, n), share, dtype, rng).T if is_transposed else sparse((n, m), share, dtype, rng)
    b, c = rng.standard_normal((m, p)).astype(dtype), np.full((n, p), np.nan, dtype)
    product_without_zeros(a, b, c)
    np.testing.assert_allclose(c, a @ b, rtol=0, atol=1e-5 if dtype == np.float32 else 1e-13)


def test_nan_is_not_zero_and_what_zeros_meet_is_left_out():
    # Row 0: 0 * inf is left out, 2 * 3 stays. Row 1: NaN * inf. Row 2: -0 is a zero too.
    a = np.array([[0.0, 2.0], [np.nan, 0.0], [-0.0, 1.0]])
    b, c = np.array([[np.inf], [3.0]]), np.empty((3, 1))
    product_without_zeros(a, b, c)
    np.testing.assert_array_equal(c, [[6.0], [np.nan], [3.0]])


@pytest.mark.parametrize(("nonzero", "answer"), [(0, True), (6, True), (7, False), (20, False)])
def test_six_of_twenty_are_few_enough(nonzero, answer):
    a = np.zeros((4, 5), np.float32)
    a.reshape(-1)[:nonzero] = -1
    assert is_worth_it(a) == answer


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize(("stride", "padding"), [((1, 1), (0, 0)), ((2, 1), (1, 2))])
def test_gradients_of_few_slopes_are_numpys(rng, stride, padding, groups):
    x, w = rng.standard_normal((5, 8, 9, 7)), rng.standard_normal((6, 8 // groups, 3, 2))
    y = twin.convolve(x, w, None, stride, padding, groups)
    dy = sparse(y.shape, 0.2, y.dtype, rng)
    ours = twin.convolve_backward(dy, x, w, stride, padding, groups, True)
    theirs = reference.convolve_backward(dy, x, w, stride, padding, groups, True)
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)


def test_only_rows_and_a_dy_with_many_zeros_take_it(rng):
    x, w, geometry = np.zeros((1, 8, 9, 9)), np.zeros((4, 8, 3, 3)), ((1, 1), (0, 0), 1)
    few, many = (sparse((1, 7, 7, 4), share, float, rng) for share in (0.2, 0.5))
    assert type(windows.windows_of(x, w, *geometry, few)) is windows.RowsOfFewSlopes
    assert type(windows.windows_of(x, w, *geometry, many)) is windows.Rows
    assert type(windows.windows_of(x, w, *geometry)) is windows.Rows
    assert type(windows.windows_of(x[:, :1], w[:, :1], *geometry, few)) is windows.Columns


@pytest.mark.skipif(not COMPILES, reason="NumPy computes alone where loops are not compiled")
def test_a_gradient_check_passes_where_max_pooling_leaves_zeros(rng, monkeypatch):
    monkeypatch.setattr("minicompress.nn.twins._WORTH_A_TWIN", 0)
    kinds = []
    monkeypatch.setattr(twin, "windows_of", lambda *words: kinds.append(windows.windows_of(*words)) or kinds[-1])
    network = nn.Sequential(nn.Conv2d(8, 4, 3, rng=rng), nn.MaxPool2d(2), nn.Flatten())
    nn.check_gradients(network, rng.standard_normal((3, 8, 8, 8)), rng=rng)
    assert windows.RowsOfFewSlopes in map(type, kinds)
