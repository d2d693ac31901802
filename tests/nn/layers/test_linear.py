import numpy as np
import pytest

from minicompress import nn


def test_linear_by_hand():
    layer = nn.Linear(3, 2, rng=np.random.default_rng(0))
    layer.weight.value = np.array([[1, 2, 3], [0, -1, 1]])
    layer.bias.value = np.array([10, 20])
    # y1 = 1*1 + 2*0 + 3*(-1) + 10 = 8        y2 = 0 - 0 + (-1) + 20 = 19
    assert layer.forward([[1, 0, -1]]).tolist() == [[8, 19]]
    # dx = dy w = 2*(1,2,3) + 1*(0,-1,1)      dw = outer(dy, x)
    assert layer.backward([[2, 1]]).tolist() == [[2, 3, 7]]
    assert layer.weight.grad.tolist() == [[2, 0, -2], [1, 0, -1]]
    assert layer.bias.grad.tolist() == [2, 1]


def test_linear_promotes_as_numpy_does_where_dtypes_are_mixed():
    layer = nn.Linear(2, 1, rng=np.random.default_rng(0))
    layer.weight.value[...] = [[1, 2]]
    layer.bias.value = np.array([1e-12])  # float64: lost beside 3 in float32
    y = layer.forward(np.ones((1, 2), np.float32))
    assert y.dtype == np.float64
    assert y[0, 0] > 3


@pytest.mark.parametrize("order", ["C", "F"])
def test_linear_hands_back_a_dx_that_lies_in_memory_as_x_does(order, rng):
    layer = nn.Linear(4, 3, rng=rng).astype(np.float64)
    x, dy = np.array(rng.standard_normal((5, 4)), order=order), rng.standard_normal((5, 3))
    layer.forward(x)
    dx = layer.backward(dy)
    assert dx.strides == x.strides
    np.testing.assert_allclose(dx, dy @ layer.weight.value, atol=1e-14)
