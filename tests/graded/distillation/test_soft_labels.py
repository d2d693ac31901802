"""Graded checks of distillation/soft_labels."""

import math

import numpy as np

from minicompress.kit.grading import graded

TOLERANCE = {"rtol": 1e-4, "atol": 1e-12, "exact_arguments": True}


def reference(logits, temperature):
    """One row at a time, in Python floats: p_i = 1 / sum_j exp((z_j - z_i) / T), in the order of the differences."""
    p = np.zeros(logits.shape)
    for row in np.ndindex(logits.shape[:-1]):
        z = [float(value) for value in logits[row]]
        e = [math.exp((value - max(z)) / temperature) for value in z]
        p[row] = [value / math.fsum(e) for value in e]
    return p


def logits(*shape, seed=0, spread=3.0):
    return np.random.default_rng(seed).normal(0, spread, shape)


@graded(2, en="a case worked by hand: powers of two at T = 1 and T = 2", zh="手算的例子：T = 1 与 T = 2 时的 2 的幂")
def test_hand_worked_case(submission):
    # z = (ln 16, ln 4, 0):  T = 1: e^z = 16 4 1, sum 21.    T = 2: e^(z/2) = 4 2 1, sum 7.
    def make(T):
        return np.log([[16.0, 4, 1], [1, 1, 4]]), T

    def by_hand(logits, temperature):
        if temperature == 1:
            return np.array([[16, 4, 1], [3.5, 3.5, 14]]) / 21
        return np.array([[4, 2, 1], [1.75, 1.75, 3.5]]) / 7

    submission.agrees_with(by_hand, lambda: make(1), **TOLERANCE)
    submission.agrees_with(by_hand, lambda: make(2), **TOLERANCE)


@graded(2, en="a batch at several temperatures, below 1 too", zh="一个批次，多种温度，也有小于 1 的")
def test_temperatures(submission):
    for T in (1.0, 4.0, 0.5, 20, 0.05, 1000.0):
        submission.agrees_with(reference, lambda T=T: (logits(5, 3), T), **TOLERANCE)


@graded(1, en="negative logits, sums of zero, all equal, one class", zh="负的 logits、和为零、全部相等、只有一类")
def test_signs_and_zeros(submission):
    submission.agrees_with(reference, lambda: (np.array([[1.0, -1], [-3, -4], [0, 0]]), 2.0), **TOLERANCE)
    submission.agrees_with(reference, lambda: (-np.abs(logits(4, 6, seed=1)), 3.0), **TOLERANCE)
    submission.agrees_with(reference, lambda: (np.full((2, 5), -7.0), 0.25), **TOLERANCE)
    submission.agrees_with(reference, lambda: (logits(3, 1, seed=2), 4.0), **TOLERANCE)
    # Here the probabilities are the logits themselves, and must be a new array all the same.
    submission.agrees_with(reference, lambda: (np.zeros((2, 1)), 2.0), **TOLERANCE)
    submission.agrees_with(reference, lambda: (np.ones((3, 1)), 2.0), **TOLERANCE)
    submission.agrees_with(reference, lambda: (np.full((3, 4), 0.25), 1.5), **TOLERANCE)


@graded(2, en="logits in the thousands, rows far apart, float32", zh="logits 上千、各行相差很远、float32")
def test_large_logits(submission):
    def far_apart(T):
        z = np.round(logits(4, 5, seed=3) * 256) / 256  # so that float32 holds what is added to
        return z + np.array([[5000.0], [-5000], [0], [1000]]), T

    def float32(T):
        return logits(6, 4, seed=4, spread=900.0).astype(np.float32), T

    for T in (1.0, 2.5):
        submission.agrees_with(reference, lambda T=T: far_apart(T), **TOLERANCE)
        submission.agrees_with(reference, lambda T=T: float32(T), **TOLERANCE)


@graded(
    1,
    en="a high temperature brings back what rounds to 0 at T = 1",
    zh="高温能找回 T = 1 时舍入为 0 的概率",
)
def test_high_temperature_on_wide_logits(submission):
    # exp(-1500) is 0 in float64, exp(-1500 / 500) is 0.05.
    submission.agrees_with(reference, lambda: (np.array([[0.0, -1500, -900], [800, 0, 0]]), 500.0), **TOLERANCE)


@graded(1, en="logits and temperature tiny or huge alike", zh="logits 与温度同样小或同样大")
def test_tiny_and_huge(submission):
    for size in (1e30, 1e9, 1e-9, 1e-30):
        submission.agrees_with(reference, lambda s=size: (logits(3, 4, seed=10) * s, 2 * s), **TOLERANCE)
    submission.agrees_with(
        reference, lambda: (logits(3, 4, seed=11).astype(np.float32) * np.float32(1e30), 7.0), **TOLERANCE
    )


@graded(1, en="small probabilities count as they are", zh="很小的概率也要算准")
def test_small_probabilities(submission):
    # e^-25 = 1.4e-11, e^-40 = 4.2e-18: neither 0 nor what is left of 1.
    def make(T):
        return np.array([[0.0, -25, -40], [-1, -40, -25], [-60, -0.5, 1]]), T

    for T in (1.0, 0.75):
        submission.agrees_with(reference, lambda T=T: make(T), rtol=1e-4, exact_arguments=True)


@graded(1, en="classes are the last axis, whatever comes before", zh="类别总是最后一轴，前面有几个轴都可以")
def test_last_axis(submission):
    submission.agrees_with(reference, lambda: (logits(4, seed=5), 2.0), **TOLERANCE)
    submission.agrees_with(reference, lambda: (logits(2, 3, 4, seed=6), 2.0), **TOLERANCE)
    submission.agrees_with(reference, lambda: (logits(4, 4, seed=7), 2.0), **TOLERANCE)
    submission.agrees_with(reference, lambda: (logits(3, 8, seed=8)[::-1, ::2], 3.0), **TOLERANCE)


@graded(1, en="integers of any dtype, where differences would wrap", zh="任意整数类型，包括相减会溢出的情形")
def test_integers_of_any_dtype(submission):
    for dtype, T in ((np.uint8, 3), (np.uint16, 0.75), (np.uint64, 1)):
        submission.agrees_with(reference, lambda d=dtype, T=T: (np.array([[0, 5, 3], [4, 1, 2]], d), T), **TOLERANCE)
    submission.agrees_with(reference, lambda: (np.array([[-128, 127, 120], [100, -100, 90]], np.int8), 50), **TOLERANCE)
    submission.agrees_with(reference, lambda: (np.array([[200, 255, 0, 190]], np.uint8), 30.0), **TOLERANCE)
    submission.agrees_with(reference, lambda: (np.array([[2**40, 2**39, 0, -(2**41)]], np.int64), 2.0**40), **TOLERANCE)
    submission.agrees_with(reference, lambda: (np.array([[2**63, 2**62, 0]], np.uint64), 2.0**62), **TOLERANCE)
    submission.agrees_with(reference, lambda: (np.array([[-30000, 30000, 20000]], np.int16), 20000), **TOLERANCE)


@graded(1, en="integers; the caller's array stays as it is", zh="整数 logits；不修改传入的数组")
def test_integers(submission):
    submission.agrees_with(reference, lambda: (np.array([[7, -2, 0], [3, 3, 4]]), 3), **TOLERANCE)
    submission.agrees_with(reference, lambda: (np.array([5, 1]), 1), **TOLERANCE)
    submission.agrees_with(reference, lambda: (logits(3, 4, seed=9), 1.5), **TOLERANCE)


@graded(1, en="a temperature that is not finite and positive is refused", zh="拒绝非有限或非正的温度")
def test_bad_temperature_is_refused(submission):
    for temperature in (0, 0.0, -1, -0.5, -1e-30, math.nan, math.inf, -math.inf):
        submission.rejects(ValueError, lambda T=temperature: (logits(2, 3), T))
