"""Graded checks of quantization/low_power_shift.

All results are integers and compared exactly. Weights are signs times powers of two times factors at least 0.001 away
from sqrt(2), so that log2 in float32 and in float64 round alike.
"""

import math

import numpy as np

from minicompress.kit.grading import graded

OPEN = {"dtypes": ("[2]",)}  # y is int64; the width of q is left open


def reference(w, x, bits):
    """One weight at a time: count up the exponents until the boundary is passed; multiply with Python integers."""
    low = exponent(np.abs(w).max(initial=0)) - (2 ** (bits - 1) - 1) + 1
    q = np.zeros(w.shape, np.int64)
    y = np.zeros((len(x), len(w)), np.int64)
    for o, i in np.ndindex(w.shape):
        size = abs(float(w[o, i]))
        if size >= 2.0**low / 2:
            k = max(exponent(size), low) - low + 1
            q[o, i] = k if w[o, i] > 0 else -k
            for n in range(len(x)):
                y[n, o] += int(x[n, i]) * 2 ** (k - 1) * (1 if w[o, i] > 0 else -1)
    return q, low, y


def exponent(size):
    """The p whose interval from 2^p / sqrt(2) to 2^p sqrt(2) holds the size; 0 for 0."""
    p = 0
    while size > 0 and size > math.sqrt(2) * 2.0**p:
        p += 1
    while size > 0 and size * math.sqrt(2) < 2.0**p:
        p -= 1
    return p


FACTORS = np.array([1.0, 0.72, 0.74, 0.8, 0.9, 1.1, 1.25, 1.4, 1.3, 1.05])  # of 2^p, all of which round to p


def weights(*shape, seed=0, high=0, depth=6, dtype=np.float32):
    """Signed weights with exponents from high - depth to high, some zeros; the first has exponent high."""
    rng = np.random.default_rng(seed)
    w = rng.choice([-1, 1], shape) * rng.choice(FACTORS, shape) * 2.0 ** rng.integers(high - depth, high + 1, shape)
    w[rng.random(shape) < 0.1] = 0
    w.flat[0] = 1.25 * 2.0**high
    return w.astype(dtype)


def inputs(*shape, seed=1, dtype=np.int8):
    info = np.iinfo(dtype)
    return np.random.default_rng(seed).integers(max(info.min, -100), min(info.max, 100) + 1, shape).astype(dtype)


@graded(2, en="a case worked by hand: 3 bits, exponents -2 to 0", zh="手算的例子：3 位，指数从 -2 到 0")
def test_hand_worked_case(submission):
    # K = 3; max|w| = 1.2, log2 = 0.26: high = 0, low = -2; below 2^-3 = 0.125 is 0
    # log2|w| = -0.15 -1.74   -   -1.00   -    0.26   ->   p = 0 -2 . -1 . 0   ->   q = 3 -1 0 2 0 -3
    # y: 3 << 2 - (-5 << 0) = 12 + 5 = 17,   3 << 1 - (7 << 2) = 6 - 28 = -22, in quarters
    def make():
        w = np.array([[0.9, -0.3, 0.05], [0.5, 0.0, -1.2]], np.float32)
        return w, np.array([[3, -5, 7]], np.int8), 3

    def by_hand(w, x, bits):
        return np.array([[3, -1, 0], [2, 0, -3]]), -2, np.array([[17, -22]])

    submission.agrees_with(by_hand, make, **OPEN)


@graded(
    2,
    en="the exponent is rounded, not the value: the boundary is 1.414, not 1.5",
    zh="舍入的是指数而不是数值：边界是 1.414，不是 1.5",
)
def test_exponents_are_rounded_in_the_logarithm(submission):
    # 0.72 and 0.74 go to 1 (nearer: 0.5), 1.45 to 2 (nearer: 1), 1.4 to 1, 0.7 to 0.5
    def make():
        w = np.array([[0.72, -0.74, 1.45, 1.4], [-0.7, 2.9, 0.36, -0.35]])
        return w, np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [-1, 2, -3, 4]]), 4

    submission.agrees_with(reference, make, **OPEN)


@graded(2, en="negative weights and activations, float32 and int8", zh="负的权重与激活，float32 与 int8")
def test_signs(submission):
    submission.agrees_with(reference, lambda: (weights(5, 7), inputs(3, 7), 4), **OPEN)
    submission.agrees_with(reference, lambda: (-weights(2, 9, seed=3, depth=2), inputs(4, 9, seed=4), 3), **OPEN)
    submission.agrees_with(reference, lambda: (np.array([[-0.3]]), np.array([[-7]], np.int8), 4), **OPEN)


@graded(1, en="every number of bits from 2 to 6; NumPy integers are integers", zh="2 到 6 位；NumPy 整数也是整数")
def test_bit_widths(submission):
    for bits in (2, 3, 4, 5, np.int64(6)):
        submission.agrees_with(
            reference, lambda bits=bits: (weights(4, 11, seed=2, depth=40), inputs(2, 11), bits), **OPEN
        )


@graded(1, en="the range follows the largest weight, above and below 1", zh="范围随最大的权重而定，可大于也可小于 1")
def test_range_follows_the_weights(submission):
    for high in (-9, -1, 3, 12):
        submission.agrees_with(reference, lambda high=high: (weights(3, 8, seed=7, high=high), inputs(2, 8), 3), **OPEN)

    # The largest weight is negative; and log2(0.75 * 8) = 2.58 rounds up to 3.
    submission.agrees_with(reference, lambda: (np.array([[0.5, -6.0], [1.0, 2.0]]), inputs(2, 2), 3), **OPEN)


@graded(
    2,
    en="small weights: zero below half of the smallest power, exactly half and above is the smallest power",
    zh="小权重：小于最小幂的一半为零，恰为一半或更大则取最小的幂",
)
def test_small_weights(submission):
    # 3 bits, max 1: powers 1, 1/2, 1/4. 0.125 is half of 1/4 and stays; 0.1249 goes; 0.15 becomes 1/4.
    def make():
        w = np.array([[1.0, 0.125, -0.125, 0.1249, -0.1249, 0.15], [0.26, -0.17, 1e-6, 0.0, -1e-30, 0.2]])
        return w, inputs(3, 6), 3

    submission.agrees_with(reference, make, **OPEN)


@graded(1, en="tiny and huge weights; just below the boundary; new arrays", zh="极小与极大的权重；紧挨边界之下；新数组")
def test_weights_of_any_size_and_new_arrays(submission):
    for high in (-95, -60, 60, 95):
        submission.agrees_with(
            reference, lambda high=high: (weights(3, 8, seed=9, high=high, dtype=np.float64), inputs(2, 8), 4), **OPEN
        )
    below = 0.125 * (1 - 2.0**-50)
    submission.agrees_with(reference, lambda: (np.array([[1.0, below, -below, 0.125]]), inputs(3, 4), 3), **OPEN)
    # y equals x here, and must be a new array all the same.
    submission.agrees_with(reference, lambda: (np.array([[1.0]]), np.array([[5], [-7]]), 2), **OPEN)


@graded(1, en="all weights zero; a single weight", zh="全零的权重；单个权重")
def test_zeros_and_a_single_weight(submission):
    submission.agrees_with(reference, lambda: (np.zeros((2, 3), np.float32), inputs(2, 3), 4), **OPEN)
    submission.agrees_with(reference, lambda: (np.array([[0.36]]), np.array([[5], [-5]], np.int8), 2), **OPEN)


@graded(
    2,
    en="sums far beyond int8 are exact: activations from int8 to int64",
    zh="远超 int8 的和也精确：从 int8 到 int64 的激活",
)
def test_wide_sums(submission):
    for dtype in (np.int8, np.uint8, np.int16, np.int32):
        submission.agrees_with(
            reference, lambda dtype=dtype: (weights(3, 40, seed=5, depth=20), inputs(2, 40, dtype=dtype), 6), **OPEN
        )
    # 2^60 + 3: more than the 53 bits of a float64.
    w, x = np.array([[1.0, 2.0**-30], [2.0**-30, -1.0]], np.float32), np.array([[2**30, 3], [-7, 2**29]])
    submission.agrees_with(reference, lambda: (w, x.astype(np.int64), 6), **OPEN)


@graded(1, en="bits other than an integer from 2 to 6 are refused", zh="拒绝不是 2 到 6 之间整数的 bits")
def test_bad_bits_are_refused(submission):
    for bits in (1, 0, -3, 7, 32, 4.0, "4", None, True):
        submission.rejects(ValueError, lambda bits=bits: (weights(2, 3), inputs(2, 3), bits))


@graded(
    1,
    en="NaN, infinity, float activations and shapes that do not fit are refused",
    zh="拒绝 NaN、无穷大、浮点激活和不匹配的形状",
)
def test_bad_arrays_are_refused(submission):
    for value in (np.nan, np.inf, -np.inf):
        w = weights(2, 3)
        w[1, 2] = value
        submission.rejects(ValueError, lambda w=w: (w.copy(), inputs(2, 3), 4))
    submission.rejects(ValueError, lambda: (weights(2, 3), np.ones((2, 3), np.float32), 4))
    submission.rejects(ValueError, lambda: (weights(2, 3), inputs(3, 2), 4))
    submission.rejects(ValueError, lambda: (weights(1, 3), inputs(2, 1), 4))
