"""Graded checks of quantization/group_quantize.

Every w / s below is a tie on purpose (with s a power of two, so that the quotient is exact) or at least 0.01 away from
a half, so that float32 and float64 round alike; no max|w| / m lies near the middle of two float16 numbers.
"""

import math

import numpy as np

from minicompress.kit.grading import graded

TOLERANCE = {"rtol": 1e-6, "dtypes": "all"}


def reference(w, bits, group_size):
    """One weight at a time, in Python floats; Python's `round` rounds a half to even."""
    m, group_size = 2 ** (int(bits) - 1) - 1, int(group_size)
    q = np.zeros(w.shape, np.int8)
    s = np.zeros((w.shape[0], w.shape[1] // group_size), np.float16)
    for o in range(w.shape[0]):
        for start in range(0, w.shape[1], group_size):
            group = [float(value) for value in w[o, start : start + group_size]]
            scale = np.float16(max(abs(value) for value in group) / m)
            if scale == 0:
                scale = np.float16(1)
            s[o, start // group_size] = scale
            for i, value in enumerate(group):
                q[o, start + i] = max(-m, min(m, round(value / float(scale))))
    total = int(bits) * w.size + 16 * s.size
    return q, s, total / w.size


def weights(shape, bits, group_size, seed=0, dtype=np.float32):
    """Groups with different ranges, whose largest weight is negative in every second one; no tie."""
    rng = np.random.default_rng(seed)
    m = 2 ** (bits - 1) - 1
    count = shape[0] * shape[1] // int(group_size)
    t = rng.permutation(np.geomspace(0.0031, 2.0, count + 1)[1:])[:, None]
    w = rng.integers(1 - m, m, (count, group_size)) + rng.uniform(0.05, 0.48, (count, group_size)) * rng.choice(
        [-1, 1], (count, group_size)
    )
    w *= t.astype(np.float16)
    largest = m * t[:, 0] * (-1.0) ** np.arange(1, count + 1)
    w[np.arange(count), rng.integers(0, group_size, count)] = largest
    return w.reshape(shape).astype(dtype)


def agree(submission, shape, bits, group_size, **options):
    submission.agrees_with(
        reference, lambda: (weights(shape, int(bits), group_size, **options), bits, group_size), **TOLERANCE
    )


@graded(2, en="a case worked by hand: 3 bits, groups of two", zh="手算的例子：3 位，每组两个")
def test_hand_worked_case(submission):
    # m = 3
    # 1.5 -0.6 | -0.75 0.3 | 0.2  6      s = 0.5 0.25 2    w / s = 3 -1.2 | -3 1.2 | 0.1  3       ->  3 -1 | -3 1 | 0  3
    # 0   -3   |  1.5  0.4 | 12  -2.6    s = 1   0.5  4            0 -3   |  3 0.8 | 3   -0.65    ->  0 -3 |  3 1 | 3 -1
    # 3 + 16 / 2 = 11 bits
    def make():
        return np.array([[1.5, -0.6, -0.75, 0.3, 0.2, 6], [0, -3, 1.5, 0.4, 12, -2.6]], np.float32), 3, 2

    def by_hand(w, bits, group_size):
        q = np.array([[3, -1, -3, 1, 0, 3], [0, -3, 3, 1, 3, -1]], np.int8)
        return q, np.array([[0.5, 0.25, 2], [1, 0.5, 4]], np.float16), 11.0

    submission.agrees_with(by_hand, make, **TOLERANCE)


@graded(2, en="4 bits in groups of 5, and other shapes", zh="4 位，每组 5 个，以及其他形状")
def test_matrices(submission):
    agree(submission, (3, 30), 4, 5)
    agree(submission, (6, 6), 8, 3, seed=1)
    agree(submission, (5, 21), 4, 7, seed=2)


@graded(1, en="2, 3, 5 and 8 bits; NumPy integers are integers", zh="2、3、5、8 位；NumPy 整数也是整数")
def test_bit_widths(submission):
    for bits in (2, 3, np.int64(5), np.int32(8)):
        agree(submission, (2, 28), bits, 7, seed=3)


@graded(1, en="narrow NumPy integers as bits and as group size", zh="bits 与组大小是窄的 NumPy 整数")
def test_narrow_numpy_integers(submission):
    for bits in (np.int8(8), np.uint8(8), np.uint8(7)):
        agree(submission, (2, 15), bits, 5, seed=11)
    agree(submission, (2, 12), 6, np.int8(3), seed=12)
    agree(submission, (1, 150), 5, np.int8(50), seed=13)


@graded(1, en="a group as long as the row, groups of one, a single weight", zh="一行一组、每组一个、单个权重")
def test_extreme_groups(submission):
    agree(submission, (4, 6), 4, 6, seed=4)
    agree(submission, (2, 5), 4, 1, seed=5)
    agree(submission, (1, 1), 8, 1, seed=6)


@graded(2, en="the codes belong to the scale that is stored, in float16", zh="量化值与存储的 float16 的缩放因子一致")
def test_codes_belong_to_the_stored_scale(submission):
    # s = 1 + 2^-10 in float16, a little above max|w| / 127. 100.48 s is 100.525 times the scale before rounding.
    s, t = 1 + 2.0**-10, 1 + 2.0**-10 - 4.5e-4
    w = np.array([[127 * t, 100.48 * s, -100.48 * s, 3.2 * s], [0.25, -127 * 0.25, 9 * 0.25, 0]])
    submission.agrees_with(reference, lambda: (w.astype(np.float32), 8, 4), **TOLERANCE)
    submission.agrees_with(reference, lambda: (w[:, ::-1].astype(np.float64) / 16, 8, 4), **TOLERANCE)


@graded(1, en="a half rounds to even", zh="舍入到偶数")
def test_ties(submission):
    # s = 0.25 and 2: w / s runs over the quarters from -7 to 7, in another order in the second group
    halves = np.arange(-28, 29) / 4

    def make():
        return np.concatenate([0.25 * halves, 2 * np.roll(halves, 7)]).astype(np.float32)[None], 4, 57

    submission.agrees_with(reference, make, **TOLERANCE)


@graded(1, en="groups of zeros have scale 1.0", zh="全零组的缩放因子为 1.0")
def test_zero_groups(submission):
    def make():
        w = weights((3, 12), 4, 4, seed=7)
        w[0, 4:8] = w[2] = 0
        return w, 4, 4

    submission.agrees_with(reference, make, **TOLERANCE)


@graded(1, en="tiny weights: a scale that is 0 in float16 is 1.0", zh="极小的权重：在 float16 中为 0 的缩放因子取 1.0")
def test_scales_that_vanish(submission):
    # The smallest float16 is 2^-24. max|w| / 7 = 0.3 * 2^-24 and 1e-30 / 7 become 0: s is 1.0 and all codes are 0.
    row = np.array([7 * 0.3 * 2.0**-24, -(2.0**-24), 0.2 * 2.0**-24, 0, 1e-30, -1e-30, 0, 0.4e-30])
    submission.agrees_with(reference, lambda: (row[None].astype(np.float32), 4, 4), **TOLERANCE)


@graded(1, en="small weights: float16 has few digits there", zh="很小的权重：float16 在那里只剩几位有效数字")
def test_scales_with_few_digits(submission):
    # max|w| / 7 = 2.4 * 2^-24 becomes 2 * 2^-24: w / s = 8.4 is clipped to 7. 23.3 * 2^-24 becomes 23 * 2^-24.
    row = np.array([7 * 2.4, -4.3, 1.2, -7 * 2.4, 7 * 23.3, -40, 99.7, -12.2]) * 2.0**-24
    submission.agrees_with(reference, lambda: (row[None].astype(np.float32), 4, 4), **TOLERANCE)


@graded(1, en="weights that lie close to a half of a step", zh="接近半个步长的权重")
def test_close_to_a_half(submission):
    # s = 1: 101.48 in steps of 1/16 would be 101.5
    row = np.array([127, 101.48, -99.478, 64.52, -127, 113.476, -98.524, 88.523])
    submission.agrees_with(reference, lambda: (row[None].astype(np.float32), 8, 4), **TOLERANCE)


@graded(1, en="large weights, with scales up to 65000", zh="很大的权重，缩放因子可达 65000")
def test_large_weights(submission):
    row = np.array([127 * 65000.0, -3.2e6, 1234.5, 0.5, -127 * 32000.0, 9.9e5])
    submission.agrees_with(reference, lambda: (row[None].astype(np.float32), 8, 3), **TOLERANCE)


@graded(1, en="float64, views, any order in memory", zh="float64、视图、任意的内存次序")
def test_types_and_views(submission):
    agree(submission, (3, 8), 6, 4, seed=8, dtype=np.float64)
    submission.agrees_with(
        reference, lambda: (np.repeat(weights((3, 8), 6, 4, seed=9), 2, axis=1)[::-1, ::2], 6, 4), **TOLERANCE
    )
    submission.agrees_with(reference, lambda: (np.asfortranarray(weights((3, 8), 6, 4, seed=10)), 6, 4), **TOLERANCE)


@graded(
    1, en="a group size that does not divide the inputs is refused, not padded", zh="拒绝不能整除输入数的组大小，不补零"
)
def test_bad_group_sizes_are_refused(submission):
    for group_size in (5, 16, 7, 0, -4):
        submission.rejects(ValueError, lambda group_size=group_size: (weights((2, 8), 4, 4), 4, group_size))


@graded(1, en="a group size that is not an integer is refused", zh="拒绝不是整数的组大小")
def test_group_sizes_that_are_no_integers_are_refused(submission):
    for group_size in (4.0, 2.5, "4", None):
        submission.rejects(ValueError, lambda group_size=group_size: (weights((2, 8), 4, 4), 4, group_size))


@graded(1, en="bits other than an integer from 2 to 8 are refused", zh="拒绝不是 2 到 8 之间整数的 bits")
def test_bad_bits_are_refused(submission):
    for bits in (2.5, 8.0, 9, 16, 1, 0, -3, True, "8", None):
        submission.rejects(ValueError, lambda bits=bits: (weights((2, 8), 4, 4), bits, 4))


@graded(1, en="NaN is refused", zh="拒绝 NaN")
def test_nan_is_refused(submission):
    submission.rejects(ValueError, lambda: (np.array([[0.5, 1], [math.nan, 2]]), 8, 2))


@graded(1, en="infinity is refused", zh="拒绝无穷大")
def test_infinity_is_refused(submission):
    for bad in (math.inf, -math.inf):
        submission.rejects(ValueError, lambda bad=bad: (np.array([[0.5, 1], [bad, 2]]), 8, 2))


@graded(
    1,
    en="arrays that are not matrices are refused: three axes, one, none",
    zh="拒绝非矩阵的数组：三个轴、一个轴、零个轴",
)
def test_other_axes_are_refused(submission):
    submission.rejects(ValueError, lambda: (np.ones((2, 4, 2)), 8, 2))
    submission.rejects(ValueError, lambda: (np.array([0.5, -1, 2, 4]), 8, 2))
    submission.rejects(ValueError, lambda: (np.array(0.5), 8, 1))
