"""Graded checks of quantization/per_channel.

Every scale below has few digits, so that s and the largest w / s of a channel are exact in float32 and float64; every
other w / s is a tie on purpose or at least 0.02 away from a half, so that all arithmetic rounds alike.
"""

import math

import numpy as np

from minicompress.kit.grading import graded

TOLERANCE = {"rtol": 1e-6}


def reference(w, bits):
    """One weight at a time, in Python floats; Python's `round` rounds a half to even."""
    m = 2 ** (int(bits) - 1) - 1
    q, scales = np.zeros(w.shape, np.int8), np.zeros(len(w))
    for o in range(len(w)):
        largest = max(abs(float(value)) for value in w[o].flat)
        scales[o] = largest / m if largest > 0 else 1.0
        for index in np.ndindex(w.shape[1:]):
            q[(o, *index)] = round(float(w[(o, *index)]) / scales[o])
    return q, scales


def few_digits(values):
    """The values, rounded to 15 binary digits."""
    fraction, exponent = np.frexp(values)
    return np.ldexp(np.rint(fraction * 2**15), exponent - 15)


def weights(shape, bits, seed=0, dtype=np.float32, size=1.0):
    """Channels with different ranges, whose largest weight is negative in every second one; no tie but 0."""
    rng = np.random.default_rng(seed)
    m = 2 ** (bits - 1) - 1
    flat = shape[0], math.prod(shape[1:])
    w = rng.integers(-m, m + 1, flat) + rng.uniform(0.05, 0.48, flat) * rng.choice([-1, 1], flat)
    w = np.clip(w, -m + 0.45, m - 0.45)
    w[np.arange(len(w)), rng.integers(0, w.shape[1], len(w))] = m * (-1.0) ** np.arange(1, len(w) + 1)
    scales = few_digits(size * rng.permutation(np.geomspace(0.03, 20.0, len(w))))[:, None]
    return (w * scales).reshape(shape).astype(dtype)


def with_zero_channel(shape, bits):
    w = weights(shape, bits, seed=9)
    w[1] = 0
    return w


@graded(2, en="a case worked by hand: 3 bits, two channels", zh="手算的例子：3 位，两个通道")
def test_hand_worked_case(submission):
    # m = 3
    # max|w| 1.5: s = 0.5     w / s = -3   0.6     ->  -3  1
    # max|w| 0.3: s = 0.1     w / s =  3  -1.8     ->   3 -2
    def make():
        return np.array([[-1.5, 0.3], [0.3, -0.18]]), 3

    def by_hand(w, bits):
        return np.array([[-3, 1], [3, -2]], np.int8), np.array([0.5, 0.1])

    submission.agrees_with(by_hand, make, **TOLERANCE)


@graded(2, en="matrices, wide, tall and square, at 8 bits", zh="8 位的矩阵：宽的、高的与方的")
def test_matrices(submission):
    for shape in [(4, 4), (3, 7), (6, 2)]:
        submission.agrees_with(reference, lambda shape=shape: (weights(shape, 8), 8), **TOLERANCE)


@graded(
    2,
    en="a convolution: all inputs and kernel positions of an output share a scale",
    zh="卷积：一个输出的全部输入与核位置共用一个缩放因子",
)
def test_convolutions(submission):
    submission.agrees_with(reference, lambda: (weights((3, 4, 2, 5), 8, seed=1), 8), **TOLERANCE)
    submission.agrees_with(reference, lambda: (weights((4, 4, 3, 3), 4, seed=2), 4), **TOLERANCE)


@graded(1, en="2, 3, 5 and 7 bits; NumPy integers are integers", zh="2、3、5、7 位；NumPy 整数也是整数")
def test_bit_widths(submission):
    for bits in (2, 3, np.int64(5), np.int32(7)):
        submission.agrees_with(reference, lambda bits=bits: (weights((3, 6), int(bits), seed=3), bits), **TOLERANCE)


@graded(1, en="bits as a narrow NumPy integer: np.int8(8)", zh="bits 是窄的 NumPy 整数：np.int8(8)")
def test_narrow_numpy_integers(submission):
    for bits in (np.int8(8), np.uint8(7)):
        submission.agrees_with(reference, lambda bits=bits: (weights((3, 6), int(bits), seed=8), bits), **TOLERANCE)


@graded(1, en="a half rounds to even", zh="舍入到偶数")
def test_ties(submission):
    # s = 0.25 and 2: w / s runs over the quarters from -7 to 7, in another order in the second channel
    halves = np.arange(-28, 29) / 4

    def make():
        return np.stack([0.25 * halves, 2 * np.roll(halves, 7)]).astype(np.float32), 4

    submission.agrees_with(reference, make, **TOLERANCE)


@graded(1, en="a channel of zeros has scale 1.0, the others keep theirs", zh="全零通道的缩放因子为 1.0，其余不受影响")
def test_zero_channels(submission):
    submission.agrees_with(reference, lambda: (with_zero_channel((4, 5), 8), 8), **TOLERANCE)
    submission.agrees_with(reference, lambda: (np.zeros((2, 3, 1, 1), np.float32), 4), **TOLERANCE)


@graded(1, en="weights of 1e-9 and 1e-30", zh="大小为 1e-9 与 1e-30 的权重")
def test_tiny_weights(submission):
    submission.agrees_with(reference, lambda: (weights((3, 5), 8, seed=4, size=1e-9), 8), **TOLERANCE)
    submission.agrees_with(reference, lambda: (weights((2, 7), 5, seed=4, size=1e-30), 5), **TOLERANCE)


@graded(1, en="weights of 3e38, so that a sum or a square is infinite", zh="大小为 3e38 的权重：和与平方都会是无穷大")
def test_huge_weights(submission):
    # 4 bits: w / s = 7 7 -2.57 7 in both channels, the second a tenth of the first
    w = np.outer([3e38, 3e37], [1, 1, -1.1 / 3, 1])
    submission.agrees_with(reference, lambda: (w.astype(np.float32), 4), **TOLERANCE)


@graded(1, en="single weights, axes of length 1, three axes", zh="单个权重、长度为 1 的轴、三个轴")
def test_shapes(submission):
    submission.agrees_with(reference, lambda: (np.array([[-0.3]], np.float32), 8), **TOLERANCE)
    submission.agrees_with(reference, lambda: (weights((1, 6), 8, seed=11), 8), **TOLERANCE)
    submission.agrees_with(reference, lambda: (weights((3, 1, 1, 4), 5, seed=12), 5), **TOLERANCE)
    submission.agrees_with(reference, lambda: (weights((4, 2, 3), 6, seed=13), 6), **TOLERANCE)
    # 2 bits: m is 1 and s is w itself, in another array
    submission.agrees_with(reference, lambda: (np.array([[0.75], [1.5], [0.25]]), 2), **TOLERANCE)


@graded(1, en="float64, views, any order in memory", zh="float64、视图、任意的内存次序")
def test_types_and_views(submission):
    submission.agrees_with(reference, lambda: (weights((3, 5), 8, seed=5, dtype=np.float64), 8), **TOLERANCE)
    submission.agrees_with(reference, lambda: (weights((6, 8), 6, seed=6)[::-1, ::3], 6), **TOLERANCE)
    submission.agrees_with(reference, lambda: (np.asfortranarray(weights((3, 5), 6, seed=7)), 6), **TOLERANCE)


@graded(1, en="bits other than an integer from 2 to 8 are refused", zh="拒绝不是 2 到 8 之间整数的 bits")
def test_bad_bits_are_refused(submission):
    for bits in (2.5, 8.0, 9, 16, 1, 0, -3, True, "8", None):
        submission.rejects(ValueError, lambda bits=bits: (weights((2, 3), 8), bits))


@graded(1, en="NaN is refused", zh="拒绝 NaN")
def test_nan_is_refused(submission):
    submission.rejects(ValueError, lambda: (np.array([[0.5, 1], [np.nan, 2]]), 8))


@graded(1, en="infinity is refused", zh="拒绝无穷大")
def test_infinity_is_refused(submission):
    for bad in (np.inf, -np.inf):
        submission.rejects(ValueError, lambda bad=bad: (np.array([[0.5, 1], [bad, 2]]), 8))


@graded(1, en="arrays without an input axis are refused", zh="拒绝没有输入轴的数组")
def test_too_few_axes_are_refused(submission):
    submission.rejects(ValueError, lambda: (np.array([0.5, -1, 2]), 8))
    submission.rejects(ValueError, lambda: (np.array(0.5), 8))
