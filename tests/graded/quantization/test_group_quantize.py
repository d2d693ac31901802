"""Graded checks of quantization/group_quantize.

Every w / s below is a tie on purpose (with s a power of two, so that the quotient is exact) or at least 0.01 away from
a half, so that float32 and float64 round alike; no max|w| / m lies near the middle of two float16 numbers.
"""

import math

import numpy as np

from minicompress.kit.grading import graded

TOLERANCE = {"rtol": 1e-6}


def reference(w, bits, group_size):
    """One weight at a time, in Python floats; Python's `round` rounds a half to even."""
    m = 2 ** (int(bits) - 1) - 1
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
    count = shape[0] * shape[1] // group_size
    t = rng.permutation(np.geomspace(0.0031, 2.0, count + 1)[1:])[:, None]
    w = rng.integers(1 - m, m, (count, group_size)) + rng.uniform(-0.4, 0.4, (count, group_size))
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
    # 1.5 -0.6 | -0.75 0.3    s = 0.5, 0.25     w / s =  3 -1.2 | -3  1.2     ->   3 -1 | -3  1
    # 0   -3   |  0.2  6      s = 1,   2                0 -3   |  0.1  3     ->   0 -3 |  0  3
    # 3 + 16 / 2 = 11 bits
    def make():
        return np.array([[1.5, -0.6, -0.75, 0.3], [0, -3, 0.2, 6]], np.float32), 3, 2

    def by_hand(w, bits, group_size):
        return np.array([[3, -1, -3, 1], [0, -3, 0, 3]], np.int8), np.array([[0.5, 0.25], [1, 2]], np.float16), 11.0

    submission.agrees_with(by_hand, make, **TOLERANCE)


@graded(2, en="4 bits in groups of 4, and other shapes", zh="4 位，每组 4 个，以及其他形状")
def test_matrices(submission):
    agree(submission, (3, 24), 4, 4)
    agree(submission, (6, 6), 8, 3, seed=1)
    agree(submission, (5, 16), 4, 8, seed=2)


@graded(1, en="2, 3, 5 and 8 bits; NumPy integers are integers", zh="2、3、5、8 位；NumPy 整数也是整数")
def test_bit_widths(submission):
    for bits in (2, 3, np.int64(5), np.int32(8)):
        agree(submission, (2, 20), bits, 5, seed=3)


@graded(1, en="a group as long as the row, groups of one, a single weight", zh="一行一组、每组一个、单个权重")
def test_extreme_groups(submission):
    agree(submission, (4, 6), 4, 6, seed=4)
    agree(submission, (2, 5), 4, 1, seed=5)
    agree(submission, (1, 1), 8, 1, seed=6)


@graded(2, en="the codes belong to the scale that is stored, in float16", zh="码与存储的 float16 的 scale 一致")
def test_codes_belong_to_the_stored_scale(submission):
    # s = 1 + 2^-10 in float16, a little above max|w| / 127. 100.48 s is 100.525 times the scale before rounding.
    s, t = 1 + 2.0**-10, 1 + 2.0**-10 - 4.5e-4
    w = np.array([[127 * t, 100.48 * s, -100.48 * s, 3.2 * s], [0.25, -127 * 0.25, 9 * 0.25, 0]])
    submission.agrees_with(reference, lambda: (w.astype(np.float32), 8, 4), **TOLERANCE)
    submission.agrees_with(reference, lambda: (w[:, ::-1].astype(np.float64) / 16, 8, 4), **TOLERANCE)


@graded(1, en="a half rounds to even", zh="一半取偶")
def test_ties(submission):
    # s = 0.25 and 2: w / s runs over the halves from -7 to 7, in another order in the second group
    halves = np.arange(-14, 15) / 2

    def make():
        return np.concatenate([0.25 * halves, 2 * np.roll(halves, 7)]).astype(np.float32)[None], 4, 29

    submission.agrees_with(reference, make, **TOLERANCE)


@graded(1, en="groups of zeros have scale 1.0", zh="全零组的 scale 为 1.0")
def test_zero_groups(submission):
    def make():
        w = weights((3, 12), 4, 4, seed=7)
        w[0, 4:8] = w[2] = 0
        return w, 4, 4

    submission.agrees_with(reference, make, **TOLERANCE)


@graded(
    1,
    en="tiny weights: float16 has few digits there, or none",
    zh="极小的权重：float16 在那里只剩几位有效数字，甚至没有",
)
def test_tiny_weights(submission):
    # The smallest float16 is 2^-24. max|w| / 7 = 2.4 * 2^-24 becomes 2 * 2^-24: w / s = 8.4 is clipped to 7.
    # max|w| / 7 = 0.3 * 2^-24 becomes 0: s is 1.0 and all codes are 0.
    row = np.array([7 * 2.4, -4.0, 1.2, -7 * 2.4, 7 * 0.3, -1, 0.2, 0]) * 2.0**-24
    submission.agrees_with(reference, lambda: (row[None].astype(np.float32), 4, 4), **TOLERANCE)


@graded(1, en="float64, a view that is not contiguous", zh="float64、不连续的视图")
def test_types_and_views(submission):
    agree(submission, (3, 8), 6, 4, seed=8, dtype=np.float64)
    submission.agrees_with(
        reference, lambda: (np.repeat(weights((3, 8), 6, 4, seed=9), 2, axis=1)[:, ::2], 6, 4), **TOLERANCE
    )
    submission.agrees_with(
        reference, lambda: (np.ascontiguousarray(weights((3, 8), 6, 4, seed=10).T).T, 6, 4), **TOLERANCE
    )


@graded(
    1, en="a group size that does not divide the inputs is refused, not padded", zh="拒绝不能整除输入数的组大小，不补零"
)
def test_bad_group_sizes_are_refused(submission):
    for group_size in (5, 16, 7, 0, -4):
        submission.rejects(ValueError, lambda group_size=group_size: (weights((2, 8), 4, 4), 4, group_size))


@graded(1, en="bits that are no integer from 2 to 8 are refused", zh="拒绝不是 2 到 8 之间整数的 bits")
def test_bad_bits_are_refused(submission):
    for bits in (1, 0, -3, 9, 16, 8.0, 2.5, "8", None):
        submission.rejects(ValueError, lambda bits=bits: (weights((2, 8), 4, 4), bits, 4))


@graded(1, en="NaN, infinity and arrays that are no matrix are refused", zh="拒绝 NaN、无穷大与非矩阵的数组")
def test_bad_weights_are_refused(submission):
    for bad in (math.nan, math.inf, -math.inf):
        submission.rejects(ValueError, lambda bad=bad: (np.array([[0.5, 1], [bad, 2]]), 8, 2))
    submission.rejects(ValueError, lambda: (np.array([0.5, -1, 2, 4]), 8, 2))
    submission.rejects(ValueError, lambda: (np.ones((2, 4, 2)), 8, 2))
