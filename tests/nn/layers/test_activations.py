import numpy as np

from minicompress import nn


def test_relu_has_slope_zero_at_zero_and_keeps_nan():
    layer = nn.ReLU()
    np.testing.assert_array_equal(layer.forward(np.array([[-1.0, 0, 2, np.nan]])), [[0, 0, 2, np.nan]])
    assert layer.backward(np.full((1, 4), 3.0)).tolist() == [[0, 0, 3, 0]]


def test_sigmoid_neither_overflows_nor_loses_small_values():
    y = nn.Sigmoid().forward(np.array([[-1000.0, -50, 0, 1000]], np.float32))
    np.testing.assert_allclose(y, [[0, np.exp(-50.0), 0.5, 1]], rtol=1e-6)
