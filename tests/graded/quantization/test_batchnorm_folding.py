"""Graded checks of quantization/batchnorm_folding."""

import numpy as np

from minicompress.kit.grading import graded

NEAR = {"rtol": 1e-5, "atol": 1e-5}  # float32 arithmetic


def reference(w, b, gamma, beta, mean, variance, eps):
    """Measure, do not derive: feed a window of zeros for b', then one with a single 1 at each place for w'."""

    def layer_and_norm(o, window):
        y = sum(float(a) * float(x) for a, x in zip(w[o].ravel(), window, strict=True))
        y += 0.0 if b is None else float(b[o])
        xhat = (y - float(mean[o])) / (float(variance[o]) + eps) ** 0.5
        return float(gamma[o]) * xhat + float(beta[o])

    zeros = np.zeros(w[0].size)
    b_folded = np.array([layer_and_norm(o, zeros) for o in range(len(w))])
    w_folded = np.zeros(w.shape)
    for o in range(len(w)):
        for i, window in enumerate(np.eye(w[o].size)):
            w_folded[o].flat[i] = layer_and_norm(o, window) - b_folded[o]
    return w_folded, b_folded


def layer(*shape, seed=0, bias=True, eps=0.01, dtype=np.float32):
    """Weights, vectors of both signs, and variances from 0.05 to 3, none of which is 1 or near eps."""
    rng = np.random.default_rng(seed)
    out = shape[0]
    w, b, gamma, beta, mean = (rng.normal(size=s).astype(dtype) for s in (shape, out, out, out, out))
    variance = rng.uniform(0.05, 3, out).astype(dtype)
    return w, b if bias else None, gamma, beta, mean, variance, eps


@graded(2, en="a case worked by hand: two outputs, eps = 1", zh="手算的例子：两个输出，eps = 1")
def test_hand_worked_case(submission):
    # k  = 6 / sqrt(8 + 1) = 2              -1 / sqrt(3 + 1) = -1/2
    # w' = 2 [1 -3 0] = [2 -6 0]            -1/2 [4 2 -8] = [-2 -1 4]
    # b' = 10 + (4 - 1) 2 = 16              20 + (-6 - 2)(-1/2) = 24
    def make():
        w, b = np.array([[1.0, -3, 0], [4, 2, -8]]), np.array([4.0, -6])
        return w, b, np.array([6.0, -1]), np.array([10.0, 20]), np.array([1.0, 2]), np.array([8.0, 3]), 1.0

    def by_hand(w, b, gamma, beta, mean, variance, eps):
        return np.array([[2.0, -6, 0], [-2, -1, 4]]), np.array([16.0, 24])

    submission.agrees_with(by_hand, make, **NEAR)


@graded(
    2,
    en="linear layers, float32: wide, tall, one weight",
    zh="全连接层，float32：宽的、高的、单个权重",
)
def test_linear_layers(submission):
    submission.agrees_with(reference, lambda: layer(3, 7), **NEAR)
    submission.agrees_with(reference, lambda: layer(6, 2, seed=1), **NEAR)
    submission.agrees_with(reference, lambda: layer(1, 1, seed=2), **NEAR)


@graded(2, en="convolutions: one factor for each output channel", zh="卷积：每个输出通道一个系数")
def test_convolutions(submission):
    submission.agrees_with(reference, lambda: layer(4, 2, 3, 2, seed=3), **NEAR)
    submission.agrees_with(reference, lambda: layer(3, 1, 2, 2, seed=4), **NEAR)


@graded(1, en="square weights, where the wrong axis fits too", zh="方形权重：沿错误的轴也不会报错")
def test_square_weights(submission):
    submission.agrees_with(reference, lambda: layer(4, 4, seed=5), **NEAR)
    submission.agrees_with(reference, lambda: layer(3, 3, 3, 3, seed=6), **NEAR)


@graded(2, en="a layer without bias gets one", zh="没有偏置的层得到一个偏置")
def test_missing_bias(submission):
    submission.agrees_with(reference, lambda: layer(3, 5, seed=7, bias=False), **NEAR)
    submission.agrees_with(reference, lambda: layer(2, 3, 2, 1, seed=8, bias=False), **NEAR)


@graded(2, en="small variances, where it matters where eps stands", zh="很小的方差：eps 的位置很重要")
def test_small_variances(submission):
    def make():
        w, b, gamma, beta, mean, _, _ = layer(4, 3, seed=9)
        return w, b, gamma, beta, mean, np.array([0, 1e-4, 1e-3, 0.02], np.float32), 1e-3

    submission.agrees_with(reference, make, **NEAR)


@graded(1, en="gamma zero: a constant channel; float64", zh="gamma 为零：输出恒定的通道；float64")
def test_constant_channel(submission):
    def make():
        w, b, gamma, *rest = layer(3, 4, seed=10, dtype=np.float64)
        return w, b, gamma * [1, 0, -1], *rest

    submission.agrees_with(reference, make, **NEAR)


@graded(1, en="vectors of another shape are refused, not broadcast", zh="拒绝形状不对的向量，不做广播")
def test_wrong_shapes_are_refused(submission):
    for position in range(1, 6):
        for wrong in (np.ones(1, np.float32), np.ones((3, 1), np.float32), np.ones(4, np.float32)):

            def make(position=position, wrong=wrong):
                args = list(layer(3, 4))
                args[position] = wrong
                return tuple(args)

            submission.rejects(ValueError, make)


@graded(1, en="a negative variance and an eps that is not positive are refused", zh="拒绝负的方差和不为正的 eps")
def test_bad_variance_and_eps_are_refused(submission):
    def negative():
        args = list(layer(3, 4))
        args[5] = np.array([1, -0.001, 2], np.float32)
        return tuple(args)

    submission.rejects(ValueError, negative)
    submission.rejects(ValueError, lambda: layer(3, 4, eps=0.0))
    submission.rejects(ValueError, lambda: layer(3, 4, eps=-0.01))
