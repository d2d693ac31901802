import numpy as np

from minicompress import nn


def test_dropout_keeps_the_mean_and_draws_a_new_mask_each_time(rng):
    layer = nn.Dropout(0.25, rng=rng)
    x = np.ones((100, 100), np.float32)
    first, second = layer.forward(x, training=True), layer.forward(x, training=True)
    assert set(np.unique(first)) == {0, np.float32(1 / 0.75)}
    assert abs((first == 0).mean() - 0.25) < 0.02
    assert (first != second).any()
    np.testing.assert_array_equal(layer.backward(x), second)
    np.testing.assert_array_equal(layer.forward(x), x)
    np.testing.assert_array_equal(layer.backward(x), x)


def test_dropout_of_nothing_and_of_everything(rng):
    x = np.random.default_rng(1).standard_normal((4, 5))
    np.testing.assert_array_equal(nn.Dropout(0, rng=rng).forward(x, training=True), x)
    np.testing.assert_array_equal(nn.Dropout(1, rng=rng).forward(x, training=True), 0)
