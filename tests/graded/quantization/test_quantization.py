"""Graded checks of quantization/quantization.

Every scale below has few digits, so that s and the largest w / s are exact in float32 and float64; every other w / s is
a tie on purpose or 0.05 away from halves and whole numbers, so that all arithmetic rounds, or cuts, alike.
"""

import math

import numpy as np

from minicompress.kit.grading import graded
from minicompress.kit.grading.stand_ins import StandInLayer, StandInModel

TOLERANCE = {"rtol": 1e-6}


def reference(model, bits):
    """One weight at a time, in Python floats; Python's `round` rounds a half to even."""
    m = 2 ** (int(bits) - 1) - 1
    scales = []
    for layer in model.layers:
        for w in layer.weights:
            largest = max((abs(float(value)) for value in w.flat), default=0.0)
            s = largest / m if largest > 0 else 1.0
            for index in np.ndindex(w.shape):
                w[index] = max(-m, min(m, round(float(w[index]) / s))) * s
            scales.append(s)
    return scales


def array(values, dtype=np.float32):
    return np.array(values, dtype=dtype)


def weights(rng, shape, s, bits, dtype=np.float32):
    """Weights of all sizes under the scale `s`, the largest of them negative."""
    m = 2 ** (bits - 1) - 1
    codes = rng.integers(1 - m, m, shape) if m > 1 else rng.integers(-1, 2, shape)
    w = np.clip(codes + rng.uniform(0.05, 0.4, shape) * rng.choice([-1, 1], shape), 0.4 - m, m - 0.4)
    w.flat[rng.integers(w.size)] = -m
    return (w * s).astype(dtype)


def network(bits, dtype=np.float32):
    """Three arrays with ranges far apart, biases, a layer without weights."""
    rng = np.random.default_rng(11)
    return StandInModel(
        StandInLayer(weights(rng, (3, 4), 3 / 1024, bits, dtype), bias=array([0.3, -0.2, 0.015625], dtype)),
        StandInLayer(),
        StandInLayer(
            weights(rng, (2, 3, 2, 2), 11 / 32, bits, dtype),
            -weights(rng, (5, 2), 13 / 512, bits, dtype),
            bias=array([-0.7, 0.1], dtype),
        ),
    )


def with_bad_weight(value):
    """The offending weight is in the last array, so that an answer that writes as it goes has written before."""
    model = network(8)
    model.layers[-1].weights[-1][-1, -1] = value
    return model


@graded(2, en="a case worked by hand: 3 bits, scale 0.5", zh="手算的例子：3 位，缩放因子为 0.5")
def test_hand_worked_case(submission):
    # m = 2^2 - 1 = 3, s = 1.5 / 3 = 0.5
    # w / s = 3  -1.2  0.8  0.2  -2.4  0     ->  q = 3 -1 1 0 -2 0  ->  q s = 1.5 -0.5 0.5 0 -1 0
    def make():
        return StandInModel(StandInLayer(array([[1.5, -0.6, 0.4], [0.1, -1.2, 0.0]]), bias=array([0.3, -0.4]))), 3

    def by_hand(model, bits):
        model.layers[0].weights[0][...] = array([[1.5, -0.5, 0.5], [0, -1.0, 0]])
        return [0.5]

    submission.agrees_with(by_hand, make, **TOLERANCE)


@graded(
    2,
    en="several layers at 8 bits: one scale per array, in order, biases untouched",
    zh="多层 8 位：每个数组一个缩放因子，按顺序返回，偏置不动",
)
def test_every_array_has_its_own_scale(submission):
    submission.agrees_with(reference, lambda: (network(8), 8), **TOLERANCE)


@graded(1, en="2, 4, 5 and 16 bits; NumPy integers are integers", zh="2、4、5、16 位；NumPy 整数也是整数")
def test_bit_widths(submission):
    submission.agrees_with(reference, lambda: (network(2), 2), **TOLERANCE)
    submission.agrees_with(reference, lambda: (network(4), np.int64(4)), **TOLERANCE)
    submission.agrees_with(reference, lambda: (network(5), np.int32(5)), **TOLERANCE)
    submission.agrees_with(reference, lambda: (network(16), 16), **TOLERANCE)


@graded(1, en="bits as a narrow NumPy integer: np.int8(8)", zh="bits 是窄的 NumPy 整数：np.int8(8)")
def test_narrow_numpy_integers(submission):
    for bits in (np.int8(8), np.uint8(9), np.int8(16)):
        submission.agrees_with(reference, lambda bits=bits: (network(int(bits)), bits), **TOLERANCE)


@graded(1, en="a half rounds to even", zh="恰为一半时舍入到偶数")
def test_ties_round_to_even(submission):
    # s = 3.5 / 7 = 0.5 (4 bits): w / s = 0.5 1.5 2.5 -0.5 -1.5 -2.5 7  ->  q = 0 2 2 0 -2 -2 7; 1.8 -1.2 -> 2 -1
    def make():
        return StandInModel(StandInLayer(array([[0.25, 0.75, 1.25, -0.25, -0.75, -1.25, 3.5, 0.9, -0.6]]))), 4

    submission.agrees_with(reference, make, **TOLERANCE)


@graded(
    1, en="the grid is symmetric: the most negative weight sets the range too", zh="网格对称：最负的权重同样决定范围"
)
def test_range_comes_from_the_largest_magnitude(submission):
    # max|w| = 1.75 = |-1.75|; s = 1.75 / 7 = 0.25: the positive side ends at 0.5.
    def make():
        return StandInModel(StandInLayer(array([[-1.75, 0.5], [0.3, -0.45]]))), 4

    submission.agrees_with(reference, make, **TOLERANCE)


@graded(
    1,
    en="an array of zeros has scale 1.0; a single weight; a model without weights",
    zh="全零数组的 缩放因子为 1.0；单个权重；没有权重的模型",
)
def test_zeros_single_weight_and_no_weights(submission):
    submission.agrees_with(
        reference,
        lambda: (StandInModel(StandInLayer(array(np.zeros((2, 3)))), StandInLayer(array([[-0.3]]))), 8),
        **TOLERANCE,
    )
    submission.agrees_with(reference, lambda: (StandInModel(StandInLayer()), 8))
    submission.agrees_with(reference, lambda: (StandInModel(), 8))


@graded(1, en="a float64 array is quantized as float64", zh="float64 数组按 float64 量化")
def test_float64_arrays(submission):
    def make():
        return network(12, np.float64), 12

    submission.agrees_with(reference, make, **TOLERANCE)


@graded(1, en="weights of 1e-30", zh="大小为 1e-30 的权重")
def test_tiny_weights(submission):
    def make():
        w = weights(np.random.default_rng(3), (3, 5), 5 * 2.0**-106, 8)
        return StandInModel(StandInLayer(w, array([[1e-30, -0.3e-30]]))), 8

    submission.agrees_with(reference, make, **TOLERANCE)


@graded(1, en="weights of 3e38, so that a sum or a square is infinite", zh="大小为 3e38 的权重：和与平方都会是无穷大")
def test_huge_weights(submission):
    def make():  # w / s = 7 -7 2.57 7 -1.63 0.33
        return StandInModel(StandInLayer(array([[3e38, -3e38, 1.1e38], [3e38, -0.7e38, 0.14e38]]))), 4

    submission.agrees_with(reference, make, **TOLERANCE)


@graded(1, en="arrays that are views: transposed, every second row", zh="数组是视图：转置的、隔行的")
def test_views_are_written(submission):
    def make():
        w = weights(np.random.default_rng(4), (6, 5), 7 / 64, 6)
        return StandInModel(StandInLayer(w.T), StandInLayer(w.copy()[::2, ::-1])), 6

    submission.agrees_with(reference, make, **TOLERANCE)


@graded(
    2,
    en="bits other than an integer from 2 to 16 are refused, and nothing is changed",
    zh="拒绝不是 2 到 16 之间整数的 bits，且不改动任何东西",
)
def test_bad_bits_are_refused(submission):
    for bits in (4.5, 8.0, 17, 32, 1, 0, -4, np.int8(-128), np.int64(17)):
        submission.rejects(ValueError, lambda bits=bits: (network(8), bits))
    for bits in (math.nan, "8", None, np.float32(8)):
        submission.rejects(ValueError, lambda bits=bits: (network(8), bits))
    submission.rejects(ValueError, lambda: (network(8), True))
    submission.rejects(ValueError, lambda: (StandInModel(), 1))


@graded(1, en="NaN among the weights is refused before anything is written", zh="权重含 NaN 时，在写入之前拒绝")
def test_nan_is_refused(submission):
    submission.rejects(ValueError, lambda: (with_bad_weight(np.nan), 8))


@graded(1, en="infinite weights are refused before anything is written", zh="权重含无穷大时，在写入之前拒绝")
def test_infinite_weights_are_refused(submission):
    submission.rejects(ValueError, lambda: (with_bad_weight(np.inf), 8))
    submission.rejects(ValueError, lambda: (with_bad_weight(-np.inf), 8))
