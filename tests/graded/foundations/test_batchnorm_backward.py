"""Graded checks of foundations/batchnorm_backward."""

import math

import numpy as np

from minicompress.kit.grading import graded

TOLERANCE = {"rtol": 1e-4, "atol": 1e-5, "exact_arguments": True}


def reference(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    """Channel by channel, the chain rule step by step: through xhat, then the variance, then the mean."""
    dx, dgamma, dbeta = np.zeros(x.shape), np.zeros(len(gamma)), np.zeros(len(gamma))
    for c in range(len(gamma)):
        values, dys = x[:, c].astype(np.float64), dy[:, c].astype(np.float64)
        mu = values.mean() if training else float(running_mean[c])
        v = np.mean((values - mu) ** 2) if training else float(running_var[c])
        centred, root = values - mu, math.sqrt(v + eps)
        dxhat = dys * float(gamma[c])
        dx[:, c] = dxhat / root
        if training:
            dv = np.sum(dxhat * centred) * -0.5 / root**3
            dmu = np.sum(dxhat) * -1 / root
            dx[:, c] += dv * 2 * centred / values.size + dmu / values.size
        dgamma[c], dbeta[c] = np.sum(dys * centred) / root, np.sum(dys)
    return dx, dgamma, dbeta


def arguments(shape, training, *eps, seed=0, dtype=np.float64, offset=0.5):
    """Channels of different spread and place; running statistics far from those of the batch; one gamma negative."""
    rng = np.random.default_rng(seed)
    c = shape[1]
    scale = np.geomspace(0.5, 3, c).reshape(-1, *(1 for _ in shape[2:]))
    x = offset + scale * rng.normal(0, 1, shape)
    gamma, running_mean, running_var = rng.normal(0, 1, c), rng.normal(-1, 1, c), rng.uniform(0.5, 3, c)
    gamma[0] = -0.75
    arrays = x, gamma, rng.normal(0.25, 1, shape), running_mean, running_var
    return *(array.astype(dtype) for array in arrays), training, *eps


# One channel of two values, worked by hand in the two checks that use it; eps = 3 makes the roots whole.
X, GAMMA, DY, EPS = [[0.0], [2.0]], [4.0], [[1.0], [0.0]], 3.0


@graded(2, en="training, worked by hand: one channel, two samples", zh="训练，手算的例子：一个通道、两个样本")
def test_training_hand_worked_case(submission):
    # mu = 1, v = 1, sqrt(v + 3) = 2, xhat = (-1/2, 1/2); dbeta = 1 + 0 = 1, dgamma = 1 (-1/2) + 0 (1/2) = -1/2
    # mean(dy) = 1/2, mean(dy xhat) = -1/4
    # dx = 4/2 (dy - 1/2 - xhat (-1/4)) = 2 (1 - 1/2 - 1/8, 0 - 1/2 + 1/8) = (3/4, -3/4)
    def make():
        return np.array(X), np.array(GAMMA), np.array(DY), np.array([-5.0]), np.array([9.0]), True, EPS

    def by_hand(x, gamma, dy, running_mean, running_var, training, eps):
        return np.array([[0.75], [-0.75]]), np.array([-0.5]), np.array([1.0])

    submission.agrees_with(by_hand, make, **TOLERANCE)


@graded(1, en="inference, worked by hand: the statistics are constants", zh="推理，手算的例子：统计量是常数")
def test_inference_hand_worked_case(submission):
    # mu = -1, v = 13, sqrt(v + 3) = 4, xhat = (1/4, 3/4); dgamma = 1/4, dbeta = 1, dx = 4/4 dy = (1, 0)
    def make():
        return np.array(X), np.array(GAMMA), np.array(DY), np.array([-1.0]), np.array([13.0]), False, EPS

    def by_hand(x, gamma, dy, running_mean, running_var, training, eps):
        return np.array([[1.0], [0.0]]), np.array([0.25]), np.array([1.0])

    submission.agrees_with(by_hand, make, **TOLERANCE)


@graded(3, en="training: features of several channels", zh="训练：多个通道的特征")
def test_training_of_features(submission):
    submission.agrees_with(reference, lambda: arguments((5, 3), True), **TOLERANCE)
    submission.agrees_with(reference, lambda: arguments((4, 4), True, seed=1), **TOLERANCE)
    submission.agrees_with(reference, lambda: arguments((2, 1), True, seed=13), **TOLERANCE)


@graded(3, en="training: images, statistics over batch and positions", zh="训练：图像，统计量跨批次与位置")
def test_training_of_images(submission):
    submission.agrees_with(reference, lambda: arguments((3, 2, 4, 5), True, seed=2), **TOLERANCE)
    submission.agrees_with(reference, lambda: arguments((1, 3, 2, 3), True, seed=3), **TOLERANCE)


@graded(2, en="inference: features and images, one sample too", zh="推理：特征与图像，包括单个样本")
def test_inference(submission):
    submission.agrees_with(reference, lambda: arguments((5, 3), False, seed=4), **TOLERANCE)
    submission.agrees_with(reference, lambda: arguments((2, 3, 4, 5), False, seed=5), **TOLERANCE)
    submission.agrees_with(reference, lambda: arguments((1, 2), False, seed=6), **TOLERANCE)


@graded(
    1, en="training does not read the running statistics, which may be NaN", zh="训练时不读运行统计量，它们可能是 NaN"
)
def test_running_statistics_are_not_read_in_training(submission):
    def unset(shape, value):
        x, gamma, dy, mean, var, *options = arguments(shape, True, seed=14)
        return x, gamma, dy, np.full_like(mean, value), np.full_like(var, value), *options

    submission.agrees_with(reference, lambda: unset((6, 3), np.nan), **TOLERANCE)
    submission.agrees_with(reference, lambda: unset((3, 2, 2, 4), np.inf), **TOLERANCE)


@graded(1, en="very large and very small values, with a tiny eps", zh="很大与很小的数，以及极小的 eps")
def test_large_and_small_values(submission):
    def scaled(of_x, of_dy, training):
        # Powers of two: xhat and the products are as exact as without them, and (v + eps)^(-3/2) fits into a float32.
        x, gamma, dy, mean, var, *_ = arguments((6, 3), training, seed=15, dtype=np.float32)
        s, t = np.float32(of_x), np.float32(of_dy)
        return x * s, gamma * (s / t), dy * t, mean * s, var * s * s, training, of_x**2 / 8

    for training in (True, False):
        submission.agrees_with(reference, lambda t=training: scaled(2.0**36, 2.0**-24, t), **TOLERANCE)
        submission.agrees_with(reference, lambda t=training: scaled(2.0**-36, 2.0**24, t), **TOLERANCE)


@graded(1, en="eps is inside the root, and matters where the variance is small", zh="eps 在根号内，方差很小时起作用")
def test_small_variance_and_other_eps(submission):
    def nearly_constant():
        x, *others = arguments((6, 2), True, seed=7)
        return x * 1e-3, *others

    def constant_channel():
        x, *others = arguments((4, 3), True, 0.01, seed=8)
        x[:, 1] = 2.0
        return x, *others

    submission.agrees_with(reference, nearly_constant, **TOLERANCE)
    submission.agrees_with(reference, constant_channel, **TOLERANCE)
    submission.agrees_with(reference, lambda: arguments((4, 2), False, 0.5, seed=9), **TOLERANCE)


@graded(1, en="float32, views that are not contiguous, values far from zero", zh="float32、不连续的视图、远离零的数值")
def test_float32_views_and_values_far_from_zero(submission):
    def views():
        x, gamma, dy, mean, var, *options = arguments((6, 4, 2, 3), True, seed=11)
        return x.transpose(0, 1, 3, 2)[::2], gamma[::-1], dy.transpose(0, 1, 3, 2)[1::2], mean, var, *options

    submission.agrees_with(reference, lambda: arguments((5, 3), True, seed=10, dtype=np.float32), **TOLERANCE)
    submission.agrees_with(reference, views, **TOLERANCE)
    # In float32 mean(x²) is about 10^6 here, known to 0.06; the smallest variance is about 0.25.
    far = {"rtol": 1e-2, "atol": 1e-2, "exact_arguments": True}
    submission.agrees_with(reference, lambda: arguments((8, 5), True, seed=12, dtype=np.float32, offset=1000.0), **far)


def changed(position, value, training, shape=(4, 3)):
    """Arguments of which one is another array of ones."""
    args = list(arguments(shape, training))
    args[position] = np.ones(value)
    return tuple(args)


@graded(1, en="shapes that do not fit are refused", zh="拒绝不匹配的形状")
def test_shapes_that_do_not_fit_are_refused(submission):
    for training in (True, False):
        for dy in [(4, 1), (1, 3), (3,), (3, 4), (12,), (2, 6), (4, 3, 1), (5, 3), ()]:
            submission.rejects(ValueError, lambda dy=dy, t=training: changed(2, dy, t))
        submission.rejects(ValueError, lambda t=training: changed(2, (2, 3, 5, 4), t, (2, 3, 4, 5)))
        submission.rejects(ValueError, lambda t=training: changed(2, (2, 3), t, (2, 3, 4, 5)))
        submission.rejects(ValueError, lambda t=training: changed(2, (1, 2, 3, 4, 5), t, (2, 3, 4, 5)))
        submission.rejects(ValueError, lambda t=training: changed(2, (1, 4, 3), t))
        for position in (1, 3, 4):
            for values in [(1,), (4, 3), (1, 3), (3, 1), (4,), ()]:
                submission.rejects(ValueError, lambda p=position, v=values, t=training: changed(p, v, t))
            submission.rejects(ValueError, lambda p=position, t=training: changed(p, (5,), t, (2, 3, 4, 5)))
    submission.rejects(ValueError, lambda: changed(2, (1, 1, 3), False, (1, 3)))


@graded(1, en="an eps that is not > 0 is refused", zh="拒绝不大于 0 的 eps")
def test_bad_eps_is_refused(submission):
    for training in (True, False):
        for eps in (0.0, -1e-5, -1, math.nan, -math.inf):
            submission.rejects(ValueError, lambda training=training, eps=eps: arguments((4, 3), training, eps))


@graded(1, en="training with fewer than 2 values in a channel is refused", zh="训练时每个通道不足 2 个值则拒绝")
def test_training_with_a_single_value_is_refused(submission):
    submission.rejects(ValueError, lambda: arguments((1, 3), True))
    submission.rejects(ValueError, lambda: arguments((1, 2, 1, 1), True))
    submission.rejects(ValueError, lambda: arguments((0, 2), True))
    submission.rejects(ValueError, lambda: arguments((0, 2, 3, 3), True))
