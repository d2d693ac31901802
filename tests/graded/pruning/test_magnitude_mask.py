"""Graded checks of pruning/magnitude_mask."""

import math

import numpy as np

from minicompress.kit.grading import graded

EXACT = {"exact_arguments": True}


def reference(w, sparsity):
    """Take the smallest weight away, again and again: slow, and plainly what the exercise says."""
    left = [(abs(float(value)), position) for position, value in enumerate(w.ravel())]
    keeps = [True] * w.size
    for _ in range(round(sparsity * w.size)):
        smallest = min(left)  # of equal magnitudes the first
        left.remove(smallest)
        keeps[smallest[1]] = False
    return np.array(keeps, dtype=bool).reshape(w.shape)


def weights(*shape, seed=0, dtype=np.float32):
    """Weights of distinct magnitudes, in no order; not evenly spaced, or a share of the maximum were a quantile."""
    n = math.prod(shape)
    rng = np.random.default_rng(seed)
    values = rng.permutation(np.arange(1, n + 1)) ** 2 * rng.choice([-1, 1], n) / 256
    return values.reshape(shape).astype(dtype)


def tied(*shape, seed=0):
    """Weights of three magnitudes only, as after quantization."""
    return np.random.default_rng(seed).choice([-0.5, -0.25, 0.0, -0.0, 0.25, 0.5], shape)


@graded(1, en="a case worked by hand: 4 of 6 weights are pruned", zh="手算的例子：6 个权重剪掉 4 个")
def test_hand_worked_case(submission):
    # |w| = 0.5 0.125 0.25 0.0625 1.0 0.75, round(0.7 * 6) = round(4.2) = 4 go: 0.0625, 0.125, 0.25, 0.5
    def make():
        return np.array([[0.5, -0.125, 0.25], [-0.0625, -1.0, 0.75]]), 0.7

    def by_hand(w, sparsity):
        return np.array([[False, False, False], [False, True, True]])

    submission.agrees_with(by_hand, make, **EXACT)


@graded(2, en="weights of several shapes, all different in magnitude", zh="各种形状、幅值互不相同的权重")
def test_distinct_magnitudes(submission):
    submission.agrees_with(reference, lambda: (weights(4, 5), 0.25), **EXACT)
    submission.agrees_with(reference, lambda: (weights(2, 3, 2, 2, seed=1, dtype=np.float64), 0.75), **EXACT)
    submission.agrees_with(reference, lambda: (weights(10, seed=2), 0.6), **EXACT)


@graded(2, en="equal magnitudes: the count is exact, the first are pruned first", zh="幅值相等时个数仍精确，在前的先剪")
def test_ties(submission):
    submission.agrees_with(reference, lambda: (np.array([0.5, -0.5, 0.25, 0.5, -0.5, 0.5]), 0.5), **EXACT)
    submission.agrees_with(reference, lambda: (tied(5, 8), 0.55), **EXACT)
    submission.agrees_with(reference, lambda: (tied(6, 20, seed=1), 0.3), **EXACT)
    submission.agrees_with(reference, lambda: (np.full((3, 4), -0.125), 0.25), **EXACT)
    submission.agrees_with(reference, lambda: (np.zeros((2, 3)), 0.5), **EXACT)


@graded(1, en="the count is rounded, a half to even", zh="个数舍入到最近的整数，恰为一半时取偶数")
def test_rounding_of_the_count(submission):
    # 0.1 * 26 = 2.6, 0.29 * 100 = 28.999999999999996 in floating point, 0.3 * 11 = 3.3
    submission.agrees_with(reference, lambda: (weights(2, 13), 0.1), **EXACT)
    submission.agrees_with(reference, lambda: (weights(10, 10), 0.29), **EXACT)
    submission.agrees_with(reference, lambda: (weights(11), 0.3), **EXACT)
    submission.agrees_with(reference, lambda: (weights(5), 0.5), **EXACT)  # 2.5 -> 2
    submission.agrees_with(reference, lambda: (weights(7), 0.5), **EXACT)  # 3.5 -> 4


@graded(1, en="huge, tiny and close magnitudes, half precision", zh="极大、极小与相近的绝对值，半精度")
def test_huge_tiny_and_close_magnitudes(submission):
    huge, tiny = np.float32(2.0**115), np.float32(2.0**-110)  # squares in float32: infinite, 0

    def half():  # squares in float16 are infinite
        return (weights(3, 5, seed=7) * 8192).astype(np.float16), 0.6

    def close():  # a million and some 2**-20, both signs: all alike in float32
        order = np.random.default_rng(8).permutation(44).reshape(4, 11)
        return (1e6 + order / 2**20) * np.where(order % 3, 1, -1), 0.3

    submission.agrees_with(reference, half, **EXACT)
    submission.agrees_with(reference, lambda: (weights(5, 7, seed=5) * huge, 0.4), **EXACT)
    submission.agrees_with(reference, lambda: (weights(6, 4, seed=6) * tiny, 0.7), **EXACT)

    submission.agrees_with(reference, close, **EXACT)


@graded(1, en="sparsity 0 keeps all, 1 prunes all; one weight, no weight", zh="稀疏度 0 全留，1 全剪；一个或没有权重")
def test_extremes(submission):
    for sparsity in (0, 0.0, 1, 1.0):
        submission.agrees_with(reference, lambda sparsity=sparsity: (weights(3, 4), sparsity), **EXACT)
        submission.agrees_with(reference, lambda sparsity=sparsity: (np.array([[-0.5]]), sparsity), **EXACT)
    submission.agrees_with(reference, lambda: (np.array(0.5), 1), **EXACT)
    submission.agrees_with(reference, lambda: (np.zeros((0, 3)), 0.5), **EXACT)


@graded(1, en="a transposed view: the order is that of w.ravel()", zh="转置的视图：顺序是 w.ravel() 的顺序")
def test_views_that_are_not_contiguous(submission):
    submission.agrees_with(reference, lambda: (weights(4, 6, seed=3).T, 0.5), **EXACT)
    submission.agrees_with(reference, lambda: (tied(7, 6, seed=4).T[::2], 0.4), **EXACT)


@graded(1, en="a sparsity outside [0, 1], or NaN, is refused", zh="拒绝 [0, 1] 之外或为 NaN 的稀疏度")
def test_bad_sparsity_is_refused(submission):
    for sparsity in (-0.01, 1.01, 50, math.nan, math.inf, -math.inf, -(2.0**-1000), math.nextafter(1, 2)):
        submission.rejects(ValueError, lambda sparsity=sparsity: (weights(3, 4), sparsity))
        submission.rejects(ValueError, lambda sparsity=sparsity: (np.zeros((0, 3)), sparsity))
