"""Pooling: the compiled twins against the NumPy functions, to the last bit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minicompress.kernels import pooling as twin
from minicompress.nn.layers import pooling as reference

kernels = st.tuples(st.integers(1, 3), st.integers(1, 3))
NUMBERS = np.array([-np.inf, -1, -0.0, 0, 1, 2, np.inf, np.nan])  # few, so that there are ties


@st.composite
def problems(draw):
    kernel = draw(kernels | st.just((2, 2)))
    stride = draw(kernels | st.just(kernel))
    padding = tuple(draw(st.integers(0, k // 2)) for k in kernel)
    height, width = (k + draw(st.integers(0, 4)) for k in kernel)
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    numbers = NUMBERS if draw(st.booleans()) else NUMBERS[1:6]
    x = rng.choice(numbers, (draw(st.integers(0, 3)), draw(st.integers(1, 40)), height, width))
    x = x.astype(draw(st.sampled_from([np.float32, np.float64])))
    if draw(st.booleans()):
        x = np.asfortranarray(x)
    return x, kernel, stride, padding, rng


def same(ours, expected):
    assert ours.dtype == expected.dtype
    np.testing.assert_array_equal(ours, expected)


@settings(deadline=None, max_examples=150)
@given(problems())
def test_max_pooling_is_numpys_with_ties_and_nan(problem):
    x, *geometry, rng = problem
    (y, winner), (expected, expected_winner) = twin.max_pool(x, *geometry), reference.max_pool(x, *geometry)
    same(y, expected)
    same(winner, expected_winner)
    dy = rng.standard_normal(y.shape).astype(x.dtype)
    same(
        twin.max_pool_backward(dy, winner, x.shape, *geometry),
        reference.max_pool_backward(dy, winner, x.shape, *geometry),
    )


@settings(deadline=None, max_examples=100)
@given(problems())
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_average_pooling_is_numpys(problem):
    x, *geometry, rng = problem
    y = twin.average_pool(x, *geometry)
    same(y, reference.average_pool(x, *geometry))
    dy = rng.standard_normal(y.shape).astype(x.dtype)
    same(twin.average_pool_backward(dy, x.shape, *geometry), reference.average_pool_backward(dy, x.shape, *geometry))


def test_a_window_of_more_than_256_elements_knows_its_winner():
    x = np.zeros((1, 1, 17, 17), np.float32)
    x[0, 0, 16, 16] = 1
    y, winner = twin.max_pool(x, (17, 17), (1, 1), (0, 0))
    assert winner.tolist() == [[[[288]]]]
    same(twin.max_pool_backward(y, winner, x.shape, (17, 17), (1, 1), (0, 0)), x)


def test_lines_and_columns_that_no_window_reaches_get_no_gradient():
    x = np.ones((2, 3, 5, 7), np.float32)
    y, winner = twin.max_pool(x, (2, 2), (2, 2), (0, 0))
    dx = twin.max_pool_backward(y, winner, x.shape, (2, 2), (2, 2), (0, 0))
    assert dx.sum() == y.size
    assert not dx[:, :, 4].any()
    assert not dx[..., 6].any()
