"""What the cards of the foundations say in words holds: small experiments behind reasons and advice."""

import numpy as np
import pytest

from minicompress import nn
from minicompress.kit.places import content
from minicompress.nn.losses import softmax, softmax_cross_entropy

# --- linear_backward --------------------------------------------------------------------------------------------------


def one_parameter(optimizer, gradient):
    """The value of a parameter after three steps along a gradient, from 0."""
    parameter = nn.Parameter(np.zeros(1))
    stepper = optimizer([parameter], 0.01)
    for _ in range(3):
        parameter.grad[...] = gradient
        stepper.step()
    return parameter.value[0]


def test_dividing_by_n_again_slows_sgd_and_hardly_shows_in_adam():
    n = 100
    assert one_parameter(nn.SGD, 1 / n) == pytest.approx(one_parameter(nn.SGD, 1) / n)
    assert one_parameter(nn.Adam, 1 / n) == pytest.approx(one_parameter(nn.Adam, 1), rel=1e-4)


def test_a_bias_gradient_with_a_batch_axis_makes_a_matrix_of_the_bias_or_is_refused_in_place():
    b, db = np.zeros(3), np.ones((1, 3))
    assert (b - 0.1 * db).shape == (1, 3)
    with pytest.raises(ValueError, match="broadcast"):
        b -= 0.1 * db


# --- softmax_cross_entropy --------------------------------------------------------------------------------------------


def test_squared_error_hardly_teaches_a_sample_that_is_surely_wrong():
    z, target = np.array([20.0, 0]), np.array([0.0, 1])
    p = softmax(z)
    jacobian = np.diag(p) - np.outer(p, p)
    assert np.linalg.norm(jacobian @ (2 * (p - target))) < 1e-7
    assert np.linalg.norm(softmax_cross_entropy(z[None], np.array([1]))[1]) > 1.4


def test_a_hundred_thousand_equal_classes_are_too_many_for_a_float16():
    with np.errstate(over="ignore"):
        assert np.isinf(np.float16(100_000))
    assert np.finfo(np.float16).max == 65_504


def test_a_mask_of_minus_a_thousand_wins_beside_smaller_logits():
    z = np.array([-5000.0, -np.inf, -5001])
    assert softmax(z)[1] == 0
    assert softmax(np.where(np.isneginf(z), -1000, z))[1] == 1


# --- batchnorm_backward -----------------------------------------------------------------------------------------------


def normalized(x, axis, eps=0.1):
    return (x - x.mean(axis=axis, keepdims=True)) / np.sqrt(x.var(axis=axis, keepdims=True) + eps)


def differences(loss, x, h=1e-5):
    slopes = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        slopes[i] = (loss(x + step) - loss(x - step)) / (2 * h)
    return slopes


@pytest.mark.parametrize(("axis", "can_be_taken_out"), [(0, True), (1, False)])
def test_gamma_can_be_taken_out_of_the_means_in_batch_norm_and_not_in_layer_norm(axis, can_be_taken_out):
    rng = np.random.default_rng(0)
    x, dy = rng.normal(size=(2, 5, 3))
    gamma, deviation = rng.normal(size=3), np.sqrt(x.var(axis=axis, keepdims=True) + 0.1)
    xhat = normalized(x, axis)

    def direction(g):
        mean = {"axis": axis, "keepdims": True}
        return (g - g.mean(**mean) - xhat * (g * xhat).mean(**mean)) / deviation

    expected = differences(lambda x: np.sum(dy * gamma * normalized(x, axis)), x)
    np.testing.assert_allclose(direction(gamma * dy), expected, atol=1e-8)
    assert np.allclose(gamma * direction(dy), expected, atol=1e-8) == can_be_taken_out


# --- gradient_check ---------------------------------------------------------------------------------------------------


def tanh_backward(x, dy):
    return ((1 - np.tanh(x) ** 2) * dy,)


def relu(x):
    return np.maximum(x, 0)


def relu_backward(x, dy):
    return ((x > 0) * dy,)


def error_of(forward, backward, x, h):
    """The relative error that the exercise's solution finds."""
    names = {}
    exec(content().solution("foundations/gradient_check").read_text(encoding="utf-8"), names)
    dy = np.random.default_rng(1).normal(size=forward(x).shape)
    return names["gradient_check"](forward, backward, [x], dy, h)[1][0]


def test_a_right_gradient_is_below_1e_6_and_a_mistake_keeps_its_error_whatever_the_step(rng):
    x = rng.normal(size=(4, 5))
    right = [error_of(np.tanh, tanh_backward, x, h) for h in (1e-4, 1e-5, 1e-6)]
    wrong = [error_of(np.tanh, lambda x, dy: (1.01 * tanh_backward(x, dy)[0],), x, h) for h in (1e-4, 1e-5, 1e-6)]
    assert max(right) < 1e-6
    assert max(right) > 10 * min(right)
    np.testing.assert_allclose(wrong, 1 / 101, rtol=1e-4)


def test_a_kink_within_the_step_looks_like_a_mistake_and_goes_away_with_a_smaller_step(rng):
    x = rng.normal(size=(10, 10))
    x[np.abs(x) < 1e-3] = 1
    x[0, 3] = 3e-6
    assert 1e-3 < error_of(relu, relu_backward, x, 1e-5) < 0.2
    assert error_of(relu, relu_backward, x, 1e-6) < 1e-8
