"""Graded checks of quantization/calibration_percentile. s within 1e-6 of itself; the share of clipped values is exact
up to rounding: no x / s lies within 0.001 of m + 1/2, where float32 and float64 could disagree."""

import math

import numpy as np

from minicompress.kit.grading import graded

TOLERANCE = {"rtol": 1e-6}


def reference(batches, percentile, bits):
    """Sort all magnitudes, interpolate by hand, count by hand."""
    sizes = sorted(abs(float(value)) for batch in batches for value in batch.ravel())
    position = (len(sizes) - 1) * percentile / 100
    left = math.floor(position)
    right = min(left + 1, len(sizes) - 1)
    T = sizes[left] + (position - left) * (sizes[right] - sizes[left])
    m = 2 ** (int(bits) - 1) - 1
    s = T / m if T > 0 else 1.0
    assert all(abs(size / s - m - 0.5) > 1e-3 for size in sizes), "the data of this check lie too near to a tie"
    return s, sum(size / s > m + 0.5 for size in sizes) / len(sizes)


def batches_of(*sizes, seed=0, dtype=np.float32):
    """Long-tailed activations of both signs; later batches are wider."""
    rng = np.random.default_rng(seed)
    return [(rng.laplace(size=size) * (i + 1)).astype(dtype) for i, size in enumerate(sizes)]


def after_relu(*sizes, seed=1):
    return [np.maximum(batch, 0) for batch in batches_of(*sizes, seed=seed)]


@graded(2, en="a case worked by hand: five values in two batches", zh="手算的例子：两批共五个值")
def test_hand_worked_case(submission):
    # |x| sorted: 1 2 3 4 10;  75%: position 4 * 0.75 = 3, T = 4;  4 bits: m = 7, s = 4/7
    # x / s = 1.75 3.5 5.25 7 17.5: one of five beyond 7.5
    # 90%: position 3.6, T = 4 + 0.6 * 6 = 7.6, s = 7.6/7; 10 / s = 9.2: the same one
    # 50%, 2 bits: T = 3, m = 1, s = 3; x / s = 0.33 0.67 1 1.33 3.33: 4 rounds to 1 and is not clipped, 10 is
    def make(percentile, bits):
        return [np.array([[1.0, -2, 3]]), np.array([-4.0, 10])], percentile, bits

    submission.agrees_with(lambda batches, percentile, bits: (4 / 7, 0.2), lambda: make(75, 4), **TOLERANCE)
    submission.agrees_with(lambda batches, percentile, bits: (7.6 / 7, 0.2), lambda: make(90, 4), **TOLERANCE)
    submission.agrees_with(lambda batches, percentile, bits: (3.0, 0.2), lambda: make(50, 2), **TOLERANCE)


@graded(2, en="batches of different sizes and ranges count value by value", zh="大小和范围不同的各批，逐值统计")
def test_batches_of_different_sizes(submission):
    submission.agrees_with(reference, lambda: (batches_of((3, 5), (40,), (2, 3, 4)), 90, 8), **TOLERANCE)
    submission.agrees_with(reference, lambda: (batches_of((60,), (7,), (5, 2), seed=3), 80, 4), **TOLERANCE)


@graded(1, en="percentiles from 1 to 100, fractions of a percent too", zh="1 到 100 的百分位，也有不足 1% 的部分")
def test_percentiles(submission):
    for percentile in (1, 12.5, 50, 99.5, 99.99):
        submission.agrees_with(reference, lambda p=percentile: (batches_of((50,), (50,), seed=4), p, 8), **TOLERANCE)


@graded(1, en="100 clips nothing", zh="100 不截断任何值")
def test_hundred_clips_nothing(submission):
    submission.agrees_with(reference, lambda: (batches_of((30,), (3, 3), seed=5), 100, 8), **TOLERANCE)
    submission.agrees_with(reference, lambda: ([np.array([-2.5])], 100.0, 3), **TOLERANCE)


@graded(
    2,
    en="activations after a ReLU: zeros count, and the largest negative value elsewhere too",
    zh="ReLU 之后的激活：零也计入；别处最负的值同样算",
)
def test_one_sided_activations(submission):
    submission.agrees_with(reference, lambda: (after_relu((40,), (8, 5)), 90, 8), **TOLERANCE)
    submission.agrees_with(
        reference, lambda: ([-batch for batch in after_relu((40,), (8, 5), seed=6)], 95, 8), **TOLERANCE
    )


@graded(
    2,
    en="values beyond T that still round to the last code are not clipped",
    zh="超过 T 但仍舍入到最大码的值不算被截断",
)
def test_half_a_step_beyond_the_threshold(submission):
    # 2 bits: m = 1, s = T: all up to 1.5 T round to the code 1
    submission.agrees_with(reference, lambda: (batches_of((30,), (30,), seed=7), 60, 2), **TOLERANCE)
    submission.agrees_with(reference, lambda: (batches_of((80,), seed=8), 70, 3), **TOLERANCE)


@graded(1, en="bits: 2, 5, 16; NumPy integers are integers", zh="位数：2、5、16；NumPy 整数也是整数")
def test_bits(submission):
    for bits in (2, 5, np.int64(12), 16, np.int8(8), np.int8(16), np.uint8(9)):
        submission.agrees_with(reference, lambda b=bits: (batches_of((40,), (20,), seed=9), 95, b), **TOLERANCE)


@graded(1, en="tiny and huge activations", zh="极小与极大的激活")
def test_activations_of_any_size(submission):
    for factor in (1e-28, 1e-12, 1e12, 1e28):
        submission.agrees_with(
            reference,
            lambda f=factor: ([f * b for b in batches_of((40,), (9, 3), seed=12, dtype=np.float64)], 85, 8),
            **TOLERANCE,
        )
    wide = np.array([1e-25, -3e-20, 2e-10, -1.0, 4e10, 5e20, -2e25])
    for percentile in (30, 60, 98):  # where float32 knows the share between two values to 1e-6
        submission.agrees_with(reference, lambda p=percentile: ([wide.copy()], p, 4), **TOLERANCE)


@graded(1, en="T = 0 gives the scale 1.0", zh="T = 0 时 scale 为 1.0")
def test_zero_threshold(submission):
    submission.agrees_with(
        reference, lambda: ([np.zeros((2, 3), np.float32), np.zeros(1, np.float32)], 99, 8), **TOLERANCE
    )
    sparse = np.array([0, 0, 0, 0, 0, 0, -3.2, 0.4, 1.8], np.float32)
    submission.agrees_with(reference, lambda: ([sparse], 50, 2), **TOLERANCE)


@graded(1, en="float64, empty batches among others, a single value", zh="float64、夹在中间的空批、单个值")
def test_other_batches(submission):
    submission.agrees_with(reference, lambda: (batches_of((9,), (4, 4), seed=10, dtype=np.float64), 90, 8), **TOLERANCE)
    submission.agrees_with(
        reference, lambda: ([np.zeros((0, 4)), *batches_of((12,), (0,), (9,), seed=11)], 75, 8), **TOLERANCE
    )
    submission.agrees_with(reference, lambda: ([np.array([[0.7]])], 30, 8), **TOLERANCE)


@graded(1, en="no data, NaN and infinity are refused", zh="拒绝空数据、NaN 与无穷大")
def test_bad_data_are_refused(submission):
    submission.rejects(ValueError, lambda: ([], 99, 8))
    submission.rejects(ValueError, lambda: ([np.zeros((0, 3)), np.zeros(0)], 99, 8))
    for bad in (np.nan, np.inf, -np.inf):
        submission.rejects(ValueError, lambda bad=bad: ([np.ones(3), np.array([1.0, bad])], 50, 8))


@graded(
    1,
    en="percentiles outside (0, 100] and bits outside 2 to 16 are refused",
    zh="拒绝 (0, 100] 之外的百分位和 2 到 16 之外的位数",
)
def test_bad_options_are_refused(submission):
    for percentile in (0, -5, 100.5, math.nan):
        submission.rejects(ValueError, lambda p=percentile: (batches_of((9,)), p, 8))
    for bits in (1, 0, 17, 4.5):
        submission.rejects(ValueError, lambda b=bits: (batches_of((9,)), 90, b))
