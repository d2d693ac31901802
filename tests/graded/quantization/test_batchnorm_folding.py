"""Graded checks of quantization/batchnorm_folding."""

from fractions import Fraction

import numpy as np

from minicompress.kit.grading import graded

NEAR = {"rtol": 1e-5}  # float32 arithmetic; no number below comes of terms that nearly cancel


def reference(w, b, gamma, beta, mean, variance, eps):
    """Measure, do not derive: feed a window of zeros for b', then one with a single 1 at each place for w'."""

    def layer_and_norm(o, place=None):
        y = exact(w[o].flat[place]) if place is not None else 0
        y += 0 if b is None else exact(b[o])
        xhat = (y - exact(mean[o])) / exact((float(variance[o]) + eps) ** 0.5)
        return exact(gamma[o]) * xhat + exact(beta[o])

    w_folded, b_folded = np.zeros(w.shape), np.zeros(len(w))
    for o in range(len(w)):
        at_zero = layer_and_norm(o)
        b_folded[o] = float(at_zero)
        for place in range(w[o].size):
            w_folded[o].flat[place] = float(layer_and_norm(o, place) - at_zero)
    return w_folded, b_folded


def exact(number):
    return Fraction(float(number))


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


@graded(2, en="small variances, where the place of eps matters", zh="很小的方差：eps 的位置很重要")
def test_small_variances(submission):
    def make():
        w, b, gamma, beta, mean, _, _ = layer(4, 3, seed=9)
        return w, b, gamma, beta, mean, np.array([0, 1e-4, 1e-3, 0.02], np.float32), 1e-3

    submission.agrees_with(reference, make, **NEAR)


@graded(1, en="eps of 1e-12: no other epsilon is added", zh="eps 为 1e-12：不再另加别的小数")
def test_tiny_eps(submission):
    def make():
        w, b, gamma, beta, mean, _, _ = layer(5, 3, seed=11)
        return w, b, gamma, beta, mean, np.array([0, 1e-12, 3e-11, 2e-9, 1e-7], np.float32), 1e-12

    submission.agrees_with(reference, make, **NEAR)


@graded(1, en="weights and shifts of 1e-30 and of 1e30", zh="大小为 1e-30 与 1e30 的权重与偏移")
def test_tiny_and_huge_numbers(submission):
    def make(size):
        w, b, gamma, beta, mean, variance, eps = layer(4, 3, seed=12)
        size = np.float32(size)
        return w * size, b * size, gamma, beta * size, mean * size, variance, eps

    submission.agrees_with(reference, lambda: make(1e-30), **NEAR)
    submission.agrees_with(reference, lambda: make(1e30), **NEAR)
    submission.agrees_with(reference, lambda: layer(2, 5, seed=14, eps=2e30), **NEAR)


@graded(
    1,
    en="a batch norm that changes nothing: equal arrays, but new ones",
    zh="什么也不改变的批归一化：数值相同，但数组是新的",
)
def test_nothing_to_fold(submission):
    def make(bias=True, dtype=np.float32):
        w, b, _, beta, _, _, _ = layer(3, 2, seed=13, bias=bias, dtype=dtype)
        one, zero = np.ones(3, dtype), np.zeros(3, dtype)
        return w, b, one, zero if bias else beta, zero.copy(), 0.75 * one, 0.25

    for dtype in (np.float32, np.float64):
        submission.agrees_with(reference, lambda dtype=dtype: make(dtype=dtype), **NEAR)
        submission.agrees_with(reference, lambda dtype=dtype: make(bias=False, dtype=dtype), **NEAR)


@graded(1, en="axes of length 1, views, any order in memory", zh="长度为 1 的轴、视图、任意的内存次序")
def test_shapes_and_views(submission):
    def views():
        w, *vectors, eps = layer(4, 5, 3, 3, seed=15)
        return np.asfortranarray(w)[:, ::-2], *(np.repeat(v, 2)[::2] for v in vectors), eps

    submission.agrees_with(reference, lambda: layer(3, 1, 1, 1, seed=16), **NEAR)
    submission.agrees_with(reference, lambda: layer(1, 6, seed=17), **NEAR)
    submission.agrees_with(reference, views, **NEAR)


@graded(1, en="gamma zero: a constant channel; float64", zh="gamma 为零：输出恒定的通道；float64")
def test_constant_channel(submission):
    def make():
        w, b, gamma, *rest = layer(3, 4, seed=10, dtype=np.float64)
        return w, b, gamma * [1, 0, -1], *rest

    submission.agrees_with(reference, make, **NEAR)


def with_vector(position, shape):
    args = list(layer(3, 4))
    args[position] = np.ones(shape, np.float32)
    return tuple(args)


@graded(1, en="vectors of another length are refused, not broadcast", zh="拒绝长度不对的向量，不做广播")
def test_wrong_lengths_are_refused(submission):
    for position in range(1, 6):
        for shape in [(1,), (4,), (3, 2), ()]:
            submission.rejects(ValueError, lambda position=position, shape=shape: with_vector(position, shape))


@graded(1, en="columns and rows are refused, (out, 1) and (1, out)", zh="拒绝列与行：(out, 1) 与 (1, out)")
def test_columns_and_rows_are_refused(submission):
    for position in range(1, 6):
        for shape in [(3, 1), (1, 3)]:
            submission.rejects(ValueError, lambda position=position, shape=shape: with_vector(position, shape))


def with_variance(value):
    args = list(layer(3, 4))
    args[5] = np.array([1, value, 2], np.float32)
    return tuple(args)


@graded(1, en="a negative variance is refused", zh="拒绝负的方差")
def test_negative_variances_are_refused(submission):
    submission.rejects(ValueError, lambda: with_variance(-0.001))
    submission.rejects(ValueError, lambda: with_variance(-5))


@graded(1, en="a variance that is NaN is refused", zh="拒绝为 NaN 的方差")
def test_nan_among_the_variances_is_refused(submission):
    submission.rejects(ValueError, lambda: with_variance(np.nan))


@graded(1, en="an eps that is not positive is refused", zh="拒绝不为正的 eps")
def test_bad_eps_is_refused(submission):
    submission.rejects(ValueError, lambda: layer(3, 4, eps=0.0))
    submission.rejects(ValueError, lambda: layer(3, 4, eps=-0.01))


@graded(1, en="an eps that is NaN is refused", zh="拒绝为 NaN 的 eps")
def test_nan_as_eps_is_refused(submission):
    submission.rejects(ValueError, lambda: layer(3, 4, eps=float("nan")))
