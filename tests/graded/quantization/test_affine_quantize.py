"""Graded checks of quantization/affine_quantize.

Every x / s below is a tie on purpose (with s a power of two, so that the quotient is exact) or at least 0.01 away from
a half, and so is every a / s, so that float32 and float64 round alike.
"""

import math

import numpy as np

from minicompress.kit.grading import graded

TOLERANCE = {"rtol": 1e-6}


def reference(x, low, high, bits):
    """One number at a time, in Python floats; Python's `round` rounds a half to even."""
    a, b = min(float(low), 0.0), max(float(high), 0.0)
    top = 2 ** int(bits) - 1
    s = (b - a) / top if b != a else 1.0
    z = round(-a / s)
    q = np.zeros(x.shape, np.uint8)
    for index in np.ndindex(x.shape):
        q[index] = max(0, min(top, round(float(x[index]) / s) + z))
    return q, s, z


def array(values, dtype=np.float32):
    return np.array(values, dtype=dtype)


def data(low, high, bits, shape=(3, 7), dtype=np.float32, seed=0):
    """Values in and around the range, both signs, with a zero; none with x / s near a half."""
    rng = np.random.default_rng(seed)
    a, b = min(low, 0.0), max(high, 0.0)
    s = (b - a) / (2**bits - 1)
    steps = np.rint(rng.uniform(1.3 * a / s - 1, 1.3 * b / s + 1, shape)) + rng.uniform(-0.48, 0.48, shape)
    steps.flat[0] = 0
    return (steps * s).astype(dtype)


def agree(submission, low, high, bits, **options):
    submission.agrees_with(reference, lambda: (data(low, high, bits, **options), low, high, bits), **TOLERANCE)


@graded(2, en="a case worked by hand: 3 bits from -1 to 2.5", zh="手算的例子：3 位，范围 -1 到 2.5")
def test_hand_worked_case(submission):
    # s = (2.5 + 1) / 7 = 0.5, z = round(1 / 0.5) = 2
    # x / s = -2  -0.8  0  0.6  2.4  5      round: -2 -1 0 1 2 5      + 2: 0 1 2 3 4 7
    def make():
        return array([[-1.0, -0.4, 0.0], [0.3, 1.2, 2.5]]), -1.0, 2.5, 3

    def by_hand(x, low, high, bits):
        return np.array([[0, 1, 2], [3, 4, 7]], np.uint8), 0.5, 2

    submission.agrees_with(by_hand, make, **TOLERANCE)


@graded(2, en="4, 8, 2 and 5 bits; NumPy integers are integers", zh="4、8、2、5 位；NumPy 整数也是整数")
def test_bit_widths(submission):
    agree(submission, -3.0, 0.7, 4, shape=(11,))
    agree(submission, -0.6, 1.9, 8)
    agree(submission, -0.31, 1.0, 2, shape=(2, 3, 4))
    submission.agrees_with(reference, lambda: (data(-7.7, 4.1, 5), -7.7, 4.1, np.int64(5)), **TOLERANCE)


@graded(1, en="a range above 0 is widened to include 0", zh="大于 0 的范围要扩展到包含 0")
def test_ranges_above_zero(submission):
    agree(submission, 0.0, 6.0, 8)
    agree(submission, 2.0, 3.0, 8)


@graded(1, en="a range below 0 is widened to include 0", zh="小于 0 的范围要扩展到包含 0")
def test_ranges_below_zero(submission):
    agree(submission, -6.0, 0.0, 4)
    agree(submission, -3.0, -2.0, 8)


@graded(2, en="values outside are clipped, they do not wrap around", zh="范围外的值被截断，而不是回绕")
def test_values_outside_are_clipped(submission):
    far = [-1e6, -300, -1.704, 0, 1.604, 2.903, 300, 1e6]
    submission.agrees_with(reference, lambda: (array(far), -1.0, 1.55, 8), **TOLERANCE)
    submission.agrees_with(reference, lambda: (array(far), -1.0, 2.5, 4), **TOLERANCE)


@graded(1, en="values far outside, 1e10 and 3e38, are clipped as well", zh="远在范围外的值（1e10、3e38）同样被截断")
def test_values_far_outside_are_clipped(submission):
    far = [1e10, -1e10, 0.713, 3e38, 3e38, -3e38]
    submission.agrees_with(reference, lambda: (array(far), -1.0, 1.55, 8), **TOLERANCE)
    submission.agrees_with(reference, lambda: (array(far, np.float64), -1.0, 2.5, 4), **TOLERANCE)


@graded(2, en="a half rounds to even, then z is added", zh="舍入到偶数，然后再加 z")
def test_ties(submission):
    # s = 63 / 63 = 1, z = 21: x / s runs over all halves from -21 to 42, and over values that are no halves
    submission.agrees_with(reference, lambda: (np.arange(-420, 845) / 20, -21.0, 42.0, 6), **TOLERANCE)


@graded(1, en="the zero point rounds a half to even too", zh="零点同样舍入到偶数")
def test_ties_of_the_zero_point(submission):
    # s = 1: -a / s = 2.5 -> 2, 1.5 -> 2
    for low, high in [(-2.5, 4.5), (-1.5, 5.5)]:
        submission.agrees_with(reference, lambda a=low, b=high: (np.arange(-8, 16) + 0.125, a, b, 3), **TOLERANCE)


@graded(1, en="tiny and huge ranges: 2e-9, 1e-30 and 1e30", zh="极小与极大的范围：2e-9、1e-30 与 1e30")
def test_tiny_and_huge_ranges(submission):
    agree(submission, -2e-9, 3.1e-9, 4)
    agree(submission, -1.7e-30, 0.6e-30, 8, seed=1)
    agree(submission, -1.3e30, 4.2e30, 5, seed=2)


@graded(1, en="the range [0, 0], and one that is a single number", zh="范围 [0, 0]，以及只有一个数的范围")
def test_degenerate_ranges(submission):
    submission.agrees_with(reference, lambda: (array([0, 0.3, 2.9, -4, 20]), 0.0, 0.0, 4), **TOLERANCE)
    submission.agrees_with(reference, lambda: (array([0, 0.3, -1.9, -4]), -2.0, -2.0, 4), **TOLERANCE)
    submission.agrees_with(reference, lambda: (array([0, 0.3, 2.9, -4]), 2.0, 2.0, 4), **TOLERANCE)


@graded(1, en="narrow NumPy integers as bits and as ends", zh="bits 与范围两端是窄的 NumPy 整数")
def test_narrow_numpy_integers(submission):
    for bits in (np.int8(8), np.uint8(8), np.int8(7)):
        submission.agrees_with(reference, lambda bits=bits: (data(-3.1, 0.9, int(bits)), -3.1, 0.9, bits), **TOLERANCE)
    submission.agrees_with(reference, lambda: (data(-128, 100, 6), np.int8(-128), np.int8(100), 6), **TOLERANCE)
    submission.agrees_with(reference, lambda: (data(-90, 120, 8), np.int8(-90), np.int8(120), 8), **TOLERANCE)


@graded(
    1,
    en="one number, no numbers, float64, a view, a range of whole numbers",
    zh="单个数、空数组、float64、视图、整数范围",
)
def test_shapes_and_types(submission):
    submission.agrees_with(reference, lambda: (array([0.7]), -1.0, 2.5, 3), **TOLERANCE)
    submission.agrees_with(reference, lambda: (np.zeros((0, 3), np.float32), -1.0, 2.5, 3), **TOLERANCE)
    agree(submission, -0.013, 0.002, 8, dtype=np.float64)
    submission.agrees_with(
        reference, lambda: (data(-1, 2, 8, shape=(6, 8))[::2, ::-3].T, np.int64(-1), 2, 8), **TOLERANCE
    )


@graded(1, en="bits other than an integer from 2 to 8 are refused", zh="拒绝不是 2 到 8 之间整数的 bits")
def test_bad_bits_are_refused(submission):
    for bits in (2.5, 8.0, 9, 16, 1, 0, -3, True, "8", None):
        submission.rejects(ValueError, lambda bits=bits: (array([0.25, 1]), -1.0, 1.0, bits))


@graded(1, en="a range with low > high is refused", zh="拒绝颠倒的范围")
def test_ranges_upside_down_are_refused(submission):
    for low, high in [(1.0, -1.0), (3.0, 2.0)]:
        submission.rejects(ValueError, lambda low=low, high=high: (array([0.25, 1]), low, high, 8))


@graded(1, en="a range with NaN is refused", zh="拒绝含 NaN 的范围")
def test_ranges_with_nan_are_refused(submission):
    for low, high in [(math.nan, 1.0), (-1.0, math.nan)]:
        submission.rejects(ValueError, lambda low=low, high=high: (array([0.25, 1]), low, high, 8))


@graded(1, en="an infinite range is refused", zh="拒绝无穷大的范围")
def test_infinite_ranges_are_refused(submission):
    for low, high in [(-math.inf, 1.0), (0.0, math.inf)]:
        submission.rejects(ValueError, lambda low=low, high=high: (array([0.25, 1]), low, high, 8))


@graded(1, en="NaN in x is refused", zh="拒绝含 NaN 的 x")
def test_nan_is_refused(submission):
    submission.rejects(ValueError, lambda: (array([[0.25, math.nan], [0, 1]]), -1.0, 1.0, 8))


@graded(1, en="infinity in x is refused", zh="拒绝含无穷大的 x")
def test_infinity_is_refused(submission):
    for bad in (math.inf, -math.inf):
        submission.rejects(ValueError, lambda bad=bad: (array([[0.25, 1], [0, bad]]), -1.0, 1.0, 8))
