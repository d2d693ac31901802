"""Graded checks of quantization/calibration_entropy. T within 1e-6 of itself; the least divergence is exactly 0 or
stands apart from all others by more than 1e-6, so that another order of additions chooses the same."""

import functools
import math

import numpy as np

from minicompress.kit.grading import graded

TOLERANCE = {"rtol": 1e-6}


def divergence(counts, i, levels):
    """KL(P || Q) in Python numbers, one bin at a time."""
    p = counts[:i]
    p[-1] += sum(counts[i:])
    q = [0.0] * i
    for k in range(levels):
        bins = [j for j in range(i) if j * levels // i == k and counts[j] > 0]
        for j in bins:
            q[j] = sum(counts[b] for b in bins) / len(bins)
    n, total = sum(p), 0.0
    for a, b in zip(p, q, strict=True):
        if a > 0 and b == 0:
            return math.inf
        if a > 0:
            total += a / n * math.log((a / n) / (b / sum(q)))
    return total


@functools.cache
def best_number_of_bins(counts, levels):
    tried = {i: divergence(list(counts), i, levels) for i in range(levels, len(counts) + 1)}
    least = min(tried.values())
    near = [i for i, d in tried.items() if d <= least + 1e-6]
    assert near == [near[0]] or least <= 1e-12, "the data of this check do not decide"
    return near[0]


def reference(counts, width, levels):
    return (best_number_of_bins(tuple(int(count) for count in counts), levels) + 0.5) * width


def histogram(kind, bins, n=3000, seed=0):
    """Of |x| for some distributions, up to the largest value."""
    rng = np.random.default_rng(seed)
    x = np.abs(getattr(rng, kind)(size=n))
    return np.histogram(x, bins=bins, range=(0, x.max()))[0]


def integers(*counts):
    return np.array(counts, np.int64)


@graded(2, en="cases worked by hand: four bins, two levels", zh="手算的例子：四个区间、两级")
def test_hand_worked_cases(submission):
    # counts 2 1 0 1:  i = 2: P = 2 2 (1 and 1 beyond), Q = 2 1: KL = 1/2 log(3/4) + 1/2 log(3/2) = 0.059
    #                  i = 3: P = 2 1 1, Q = 2 1 0: infinite
    #                  i = 4: levels {2 1} {0 1}: Q = 1.5 1.5 0 1: KL = 1/2 log(4/3) + 1/4 log(2/3) = 0.042: T = 4.5
    # counts 4 4 0 1:  i = 2: P = 4 5, Q = 4 4: 4/9 log(8/9) + 5/9 log(10/9) = 0.006
    #                  i = 3: infinite;  i = 4: levels {4 4} {0 1}: Q = P: 0: T = 4.5
    # counts 4 2 1 1:  i = 2: P = 4 4, Q = 4 2: 1/2 log(3/4) + 1/2 log(3/2) = 0.059
    #                  i = 3: levels {4 2} {1}: P = 4 2 2, Q = 3 3 1: KL = 0.082
    #                  i = 4: levels {4 2} {1 1}: Q = 3 3 1 1: 1/2 log(4/3) + 1/4 log(2/3) = 0.042: T = 4.5
    # counts 8 2 0 0 1: i = 2: P = 8 3, Q = 8 2: 8/11 log(10/11) + 3/11 log(15/11) = 0.015: T = 2.5
    #                  i = 3, 4: infinite;  i = 5: levels {8 2 0} {0 1}: Q = 5 5 0 0 1: KL = 0.175
    submission.agrees_with(lambda counts, width, levels: 2.25, lambda: (integers(2, 1, 0, 1), 0.5, 2), **TOLERANCE)
    submission.agrees_with(lambda counts, width, levels: 9.0, lambda: (integers(4, 4, 0, 1), 2.0, 2), **TOLERANCE)
    submission.agrees_with(lambda counts, width, levels: 4.5, lambda: (integers(4, 2, 1, 1), 1.0, 2), **TOLERANCE)
    submission.agrees_with(lambda counts, width, levels: 2.5, lambda: (integers(8, 2, 0, 0, 1), 1.0, 2), **TOLERANCE)


@graded(2, en="histograms with a long tail", zh="长尾的直方图")
def test_long_tails(submission):
    for kind, bins, levels, seed in [
        ("laplace", 48, 8, 0),
        ("standard_normal", 40, 4, 1),
        ("standard_cauchy", 60, 6, 2),
    ]:
        submission.agrees_with(
            reference, lambda k=kind, b=bins, v=levels, s=seed: (histogram(k, b, seed=s), 0.25, v), **TOLERANCE
        )


@graded(2, en="few data: many empty bins", zh="数据少：许多空区间")
def test_many_empty_bins(submission):
    for kind, n, seed in [
        ("laplace", 60, 3),
        ("standard_normal", 40, 4),
        ("laplace", 25, 5),
        ("exponential", 90, 6),
        ("laplace", 200, 2),
    ]:
        submission.agrees_with(
            reference, lambda k=kind, n=n, s=seed: (histogram(k, 40, n, seed=s), 0.1, 5), **TOLERANCE
        )


@graded(
    2,
    en="infinite where Q misses a bin that P has: no epsilon instead",
    zh="P 有而 Q 没有的区间使散度无穷大：不能用 epsilon 代替",
)
def test_infinite_where_q_is_zero(submission):
    # With 1e-12 to 1e-4 in place of 0, each of these would take fewer bins.
    for counts, levels in (
        ((2000, 1, 0, 1, 2), 3),
        ((100000, 3, 0, 0, 1, 2000, 1), 3),
        ((3, 7000, 0, 0, 3, 2, 1, 1), 3),
        ((0, 0, 50, 1, 1, 7000, 7000, 100000), 2),
        ((0, 0, 0, 2, 0, 1, 2, 1), 2),
    ):
        submission.agrees_with(reference, lambda c=counts, v=levels: (integers(*c), 0.5, v), **TOLERANCE)


@graded(1, en="counts of narrow and wide integer dtypes", zh="窄与宽的整数类型的计数")
def test_counts_of_every_integer_dtype(submission):
    for dtype in (np.uint8, np.int8, np.uint16, np.uint64):
        submission.agrees_with(
            reference, lambda d=dtype: (integers(120, 100, 90, 70, 0, 40, 9, 0, 0, 3).astype(d), 0.25, 3), **TOLERANCE
        )
    submission.agrees_with(
        reference, lambda: (integers(3, 1, 0, 2, 1) * 10**12, np.float32(0.5), np.int8(2)), **TOLERANCE
    )


@graded(1, en="empty bins at the end are candidates like all others", zh="末尾的空区间同样是候选")
def test_empty_bins_at_the_end(submission):
    # Five bins and two levels: {1 1 1} {3 0}: Q = P, while four bins cannot: {1 1} {1 3}.
    submission.agrees_with(reference, lambda: (integers(1, 1, 1, 3, 0, 0), 1.0, 2), **TOLERANCE)
    submission.agrees_with(reference, lambda: (integers(1, 0, 1, 5, 0, 0, 0), 0.5, 2), **TOLERANCE)


@graded(1, en="a flat histogram is kept whole", zh="平坦的直方图全部保留")
def test_flat_histogram(submission):
    submission.agrees_with(reference, lambda: (np.full(16, 7), 1.0, 4), **TOLERANCE)
    submission.agrees_with(reference, lambda: (integers(5, 5, 5, 5, 5, 5, 5), 0.5, 3), **TOLERANCE)


@graded(1, en="one outlier far away is clipped", zh="截断远处的一个离群值")
def test_outlier_far_away(submission):
    def make(levels):
        counts = np.zeros(50, np.int64)
        counts[:14] = [90, 95, 91, 82, 70, 60, 47, 36, 25, 18, 11, 7, 4, 2]
        counts[49] = 1
        return counts, 0.125, levels

    for levels in (4, 7):
        submission.agrees_with(reference, lambda v=levels: make(v), **TOLERANCE)


@graded(1, en="equal divergences: the smallest i", zh="散度相等时取最小的 i")
def test_first_of_equals(submission):
    submission.agrees_with(reference, lambda: (integers(3, 3, 3, 3, 0, 0, 0, 0), 1.0, 4), **TOLERANCE)
    submission.agrees_with(reference, lambda: (integers(0, 0, 5, 0, 0, 0), 2.0, 2), **TOLERANCE)


@graded(1, en="one level; as many levels as bins; a single bin", zh="一级；级数等于区间数；单个区间")
def test_extremes(submission):
    submission.agrees_with(reference, lambda: (integers(6, 1, 0, 0, 3, 1), 1.0, 1), **TOLERANCE)
    submission.agrees_with(reference, lambda: (integers(6, 1, 2, 0, 3), 1.0, 5), **TOLERANCE)
    submission.agrees_with(reference, lambda: (integers(9), 0.3, 1), **TOLERANCE)


@graded(1, en="levels that do not divide the number of bins; a NumPy integer", zh="级数不能整除区间数；NumPy 整数")
def test_levels_that_do_not_divide(submission):
    for levels, seed in [(3, 7), (5, 8), (7, 9)]:
        submission.agrees_with(
            reference,
            lambda v=levels, s=seed: (histogram("exponential", 29, 400, seed=s), 1.0, np.int64(v)),
            **TOLERANCE,
        )


@graded(1, en="bad counts and widths are refused", zh="拒绝不合法的计数与宽度")
def test_bad_data_are_refused(submission):
    for counts in (integers(0, 0, 0), integers(3, -1, 2), np.zeros(0, np.int64)):
        submission.rejects(ValueError, lambda counts=counts: (counts.copy(), 1.0, 1))
    for width in (0.0, -1.0, math.nan):
        submission.rejects(ValueError, lambda width=width: (integers(3, 1, 2), width, 2))


@graded(1, en="levels outside 1 to B are refused", zh="拒绝 1 到 B 之外的级数")
def test_bad_levels_are_refused(submission):
    for levels in (0, -2, 4, 128):
        submission.rejects(ValueError, lambda levels=levels: (integers(3, 1, 2), 1.0, levels))
