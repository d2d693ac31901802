import numpy as np
import pytest

from minicompress import nn


def test_batch_norm_by_hand():
    # x = 1, 3: mean 2, biased variance 1, unbiased 2. With eps = 3, xhat = (x - 2) / 2.
    layer = nn.BatchNorm1d(1, eps=3, momentum=0.25)
    layer.gamma.value = np.array([10.0])
    layer.beta.value = np.array([100.0])
    assert layer.forward(np.array([[1.0], [3]]), training=True).tolist() == [[95], [105]]
    assert layer.running_mean.tolist() == [0.5]  # 0.75 * 0 + 0.25 * 2
    assert layer.running_var.tolist() == [1.25]  # 0.75 * 1 + 0.25 * 2
    # inference: (x - 0.5) / sqrt(1.25 + 3)
    np.testing.assert_allclose(layer.forward(np.array([[0.5], [2.5]])), [[100], [100 + 20 / 4.25**0.5]])


def test_batch_norm_inference_changes_no_statistics():
    layer = nn.BatchNorm2d(2)
    layer.forward(np.random.default_rng(1).standard_normal((4, 2, 3, 4)))
    assert layer.running_mean.tolist() == [0, 0]
    assert layer.running_var.tolist() == [1, 1]


def test_batch_norm_refuses_to_train_on_one_value_and_keeps_its_statistics():
    layer = nn.BatchNorm1d(3)
    with pytest.raises(ValueError, match=r"BatchNorm1d\(3\): training needs at least 2 values per channel, got 1"):
        layer.forward(np.ones((1, 3)), training=True)
    assert layer.running_mean.tolist() == [0, 0, 0]
    assert nn.BatchNorm2d(3).forward(np.ones((1, 3, 1, 2)), training=True).shape == (1, 3, 1, 2)
