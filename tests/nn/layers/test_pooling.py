import numpy as np
import pytest

from minicompress import nn


def test_max_pool_gives_ties_to_the_first_element():
    layer = nn.MaxPool2d(2)
    assert layer.forward(np.array([[[[1.0, 5], [5, 5]]]])).tolist() == [[[[5]]]]
    assert layer.backward(np.array([[[[7.0]]]])).tolist() == [[[[0, 7], [0, 0]]]]


def test_max_pool_pads_with_less_than_any_number():
    layer = nn.MaxPool2d(3, stride=1, padding=1)
    x = -np.ones((1, 1, 2, 2))
    assert layer.forward(x).tolist() == x.tolist()


def test_max_pool_adds_up_the_gradients_of_overlapping_windows():
    layer = nn.MaxPool2d((1, 2), stride=1)
    assert layer.forward(np.array([[[[1.0, 9, 2]]]])).tolist() == [[[[9, 9]]]]
    assert layer.backward(np.array([[[[1.0, 10]]]])).tolist() == [[[[0, 11, 0]]]]


def test_max_pool_does_not_hide_nan():
    for position in range(4):
        x = np.arange(4.0)
        x[position] = np.nan
        assert np.isnan(nn.MaxPool2d(2).forward(x.reshape(1, 1, 2, 2))).all()


def test_max_pool_drops_the_last_window_that_does_not_fit():
    assert nn.MaxPool2d(2).forward(np.zeros((1, 1, 5, 4))).shape == (1, 1, 2, 2)


def test_max_pool_with_a_window_of_more_than_256_elements_finds_the_winner():
    x = np.zeros((1, 1, 17, 17))
    x[0, 0, 16, 16] = 1
    layer = nn.MaxPool2d(17)
    layer.forward(x)
    assert layer.backward(np.ones((1, 1, 1, 1))).tolist() == x.tolist()


def test_average_pool_counts_padded_zeros():
    # one pixel of 8 in a 2x2 window with three zeros of padding
    assert nn.AvgPool2d(2, padding=1).forward(np.full((1, 1, 1, 1), 8.0)).tolist() == [[[[2]]]]


def test_global_average_pool_by_hand():
    layer = nn.GlobalAvgPool2d()
    assert layer.forward(np.array([[[[1.0, 2, 6]], [[3, 3, 3]]]])).tolist() == [[[[3]], [[3]]]]
    assert layer.backward(np.array([[[[3.0]], [[6]]]])).tolist() == [[[[1, 1, 1]], [[2, 2, 2]]]]


@pytest.mark.parametrize("many", [1, 40])  # 40 channels: the compiled twin
@pytest.mark.parametrize(("kernel", "stride", "padding"), [(3, 2, 1), (2, 1, 1), ((2, 3), (1, 2), (1, 1)), (2, 2, 0)])
def test_a_window_of_minus_infinity_keeps_its_gradient_inside_the_image(many, kernel, stride, padding):
    layer = nn.MaxPool2d(kernel, stride=stride, padding=padding)
    x = np.full((2, many, 12, 13), -np.inf, np.float32)
    x[:, :, 5:7, 5] = 1
    y = layer.forward(x)
    dx = layer.backward(np.ones_like(y))
    assert dx.sum() == y.size
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of where the gradient goes")
    t = torch.from_numpy(x).requires_grad_()
    torch.nn.functional.max_pool2d(t, kernel, stride, padding).sum().backward()
    np.testing.assert_array_equal(dx, t.grad.numpy())
