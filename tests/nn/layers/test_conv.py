import numpy as np

from minicompress import nn


def test_convolution_by_hand_does_not_flip_the_kernel():
    layer = nn.Conv2d(1, 1, 2, rng=np.random.default_rng(0))
    layer.weight.value = np.array([[[[1, 2], [3, 4]]]])
    layer.bias.value = np.array([0.5])
    x = np.array([[[[1, 0, 0], [0, 0, 0], [0, 0, 1]]]])
    # top left: 1*1; bottom right: 4*1; elsewhere nothing; + 0.5
    assert layer.forward(x).tolist() == [[[[1.5, 0.5], [0.5, 4.5]]]]
    dx = layer.backward(np.array([[[[1.0, 0], [0, 10]]]]))
    assert dx.tolist() == [[[[1, 2, 0], [3, 14, 20], [0, 30, 40]]]]
    assert layer.weight.grad.tolist() == [[[[1, 0], [0, 10]]]]  # 1 at (0,0) from the first, 10 at (1,1) from the last
    assert layer.bias.grad.tolist() == [11]


def test_depthwise_convolution_keeps_channels_apart():
    layer = nn.Conv2d(2, 2, 1, groups=2, bias=False, rng=np.random.default_rng(0))
    assert layer.weight.shape == (2, 1, 1, 1)
    layer.weight.value = np.array([10.0, -1.0]).reshape(2, 1, 1, 1)
    assert layer.forward(np.array([[[[3]], [[4]]]])).tolist() == [[[[30]], [[-4]]]]
