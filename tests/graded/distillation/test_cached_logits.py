"""Graded checks of distillation/cached_logits."""

import math

import numpy as np

from minicompress.kit.grading import graded

TOLERANCE = {"rtol": 1e-4, "atol": 1e-5, "exact_arguments": True}


def reference(z_s, z_t, k, temperature):
    """KL over groups of classes, one for each kept class and one for all others, in Python floats."""
    T, n, losses, dz_s = float(temperature), len(z_s), [], np.zeros(z_s.shape)
    for i in range(n):
        order = sorted(range(z_s.shape[1]), key=lambda c, i=i: (-z_t[i, c], c))
        groups = [[c] for c in order[:k]] + ([order[k:]] if order[k:] else [])
        z, q = ([float(value) / T for value in row[i]] for row in (z_s, z_t))
        for group in groups:
            log_s, log_t = (log_sum([row[c] for c in group]) - log_sum(row) for row in (z, q))
            losses.append(T * T * math.exp(log_t) * (log_t - log_s))
            for c in group:
                share = math.exp(z[c] - log_sum([z[d] for d in group]))
                dz_s[i, c] = T / n * share * (math.exp(log_s) - math.exp(log_t))
    return math.fsum(losses) / n, dz_s


def log_sum(values):
    return max(values) + math.log(math.fsum(math.exp(value - max(values)) for value in values))


def batch(n, classes, k, T=4.0, *, seed=0, spread=3.0, dtype=np.float64):
    z_s, z_t = np.random.default_rng(seed).normal(0, spread, (2, n, classes)).astype(dtype)
    return z_s, z_t, k, T


@graded(2, en="a case worked by hand: four classes, one kept", zh="手算的例子：四类，保留一类")
def test_hand_worked_case(submission):
    # T = 2, z_t / 2 = (0, ln 4, ln 2, 0): p_t = (1, 4, 2, 1) / 8. Class 1 is kept: 1/2, and r_t = 1/2.
    # p_s = 1/4 each: r_s = 3/4. loss = 4 (1/2 ln 2 + 1/2 ln(2/3)) = 2 ln(4/3).
    # dz_s = T (p_s - t), t = 1/2 for class 1 and 1/2 (1/4) / (3/4) = 1/6 for the others: 2 (1/12, -1/4, 1/12, 1/12)
    def make():
        return np.zeros((1, 4)), np.array([[0, 2 * math.log(4), 2 * math.log(2), 0]]), 1, 2.0

    def by_hand(z_s, z_t, k, temperature):
        return 2 * math.log(4 / 3), np.array([[1 / 6, -1 / 2, 1 / 6, 1 / 6]])

    submission.agrees_with(by_hand, make, **TOLERANCE)


@graded(3, en="some classes kept, at several temperatures", zh="保留若干类，多种温度")
def test_some_classes(submission):
    for k, T in ((2, 4.0), (3, 1.0), (1, 0.5), (4, 20)):
        submission.agrees_with(reference, lambda k=k, T=T: batch(4, 6, k, T, seed=1), **TOLERANCE)


@graded(2, en="all classes kept: the whole loss; all but one", zh="保留全部类别：即完整的损失；只差一类")
def test_all_classes(submission):
    for k in (5, 4):
        submission.agrees_with(reference, lambda k=k: batch(3, 5, k, 3.0, seed=2), **TOLERANCE)
    submission.agrees_with(reference, lambda: batch(3, 1, 1, 3.0, seed=2), **TOLERANCE)
    submission.agrees_with(reference, lambda: batch(1, 4, 2, 3.0, seed=3), **TOLERANCE)


@graded(
    2,
    en="a student that agrees on what is kept has loss 0, however it divides the rest",
    zh="在保留的部分上一致的学生损失为 0，无论它怎样分配其余部分",
)
def test_only_the_sum_of_the_rest(submission):
    def turned():
        z_t = np.array([[4.0, 1, -2, 0, 3], [0, 5, 2, 1, -3]])
        z_s = np.array([[4.0, 0, 1, -2, 3], [-3, 5, 2, 0, 1]])
        return z_s, z_t, 2, 2.0

    submission.agrees_with(reference, turned, **TOLERANCE)


@graded(1, en="where logits are equal, the lower class is kept: 40 classes", zh="logits 相等时保留编号小的类：40 类")
def test_ties(submission):
    def ties():
        z_s, _, k, T = batch(2, 40, 7, 2.0, seed=4)
        return z_s, np.tile([0.0, 2, -1, 2, 2], 8)[None] * np.array([[1.0], [-1]]), k, T

    submission.agrees_with(reference, ties, **TOLERANCE)


@graded(2, en="confident networks: r rounds to 0, logits in the thousands", zh="很自信的网络：r 舍入为 0，logits 上千")
def test_large_logits(submission):
    def sure(z_s, z_t, k=1):
        return lambda: (np.array([z_s]), np.array([z_t]), k, 2.0)

    submission.agrees_with(reference, sure([4000.0, 0, -10], [1.0, 0, 1]), **TOLERANCE)
    submission.agrees_with(reference, sure([1.0, 0, 1], [4000.0, 0, -10]), **TOLERANCE)
    submission.agrees_with(reference, sure([90.0, 0, 1], [3.0, 0, 2]), **TOLERANCE)
    submission.agrees_with(reference, sure([-4000.0, 0, 3], [3.0, 0, 2]), **TOLERANCE)
    submission.agrees_with(reference, sure([5e10, 0, -2e10], [3.0, 0, 2]), **TOLERANCE)
    submission.agrees_with(reference, lambda: batch(4, 5, 2, 1.5, seed=6, spread=1500.0), **TOLERANCE)
    submission.agrees_with(reference, lambda: batch(4, 5, 2, 1.5, seed=9, spread=1e12), **TOLERANCE)


@graded(1, en="which classes are kept is decided without rounding", zh="保留哪些类按未舍入的值决定")
def test_close_logits_of_the_teacher(submission):
    def close(step):
        z_s, _, k, T = batch(3, 7, 3, 2.0, seed=10)
        order = np.array([[3, 0, 6, 1, 5, 2, 4], [6, 5, 4, 3, 2, 1, 0], [1, 4, 2, 6, 0, 3, 5]])
        return z_s, 1 + step * order, k, T

    def beside_a_large_one():  # less the largest, or less the mean, all others are equal
        z_s, z_t, k, _ = close(1)
        return z_s, np.where(z_t == 7, 30, 1e-17 * z_t), k, 20.0

    for step in (1e-4, 1e-9, 1e-15):
        submission.agrees_with(reference, lambda step=step: close(step), **TOLERANCE)
    submission.agrees_with(
        reference, lambda: (batch(3, 7, 3, seed=10)[0], 1e-30 * (close(1)[1] - 1), 3, 2.0), **TOLERANCE
    )
    submission.agrees_with(reference, beside_a_large_one, **TOLERANCE)


@graded(1, en="NumPy integers; new arrays", zh="NumPy 整数；新数组")
def test_narrow_integers_and_new_arrays(submission):
    for number in (np.uint8, np.int8, np.int64):
        submission.agrees_with(reference, lambda n=number: batch(2, 300, n(100), 3.0, seed=11), **TOLERANCE)
    submission.agrees_with(reference, lambda: (np.zeros((3, 1)), np.zeros((3, 1)), 1, 2.0), **TOLERANCE)


@graded(1, en="float32, views", zh="float32、视图")
def test_dtypes_and_views(submission):
    def views():
        z_s, z_t, k, T = batch(8, 8, 2, seed=7)
        return z_s[::-2, ::2], z_t[::2, ::-2], k, T

    submission.agrees_with(reference, lambda: batch(4, 5, 2, 2.0, seed=8, dtype=np.float32), **TOLERANCE)
    submission.agrees_with(reference, views, **TOLERANCE)


@graded(1, en="shapes that do not fit are refused, not broadcast", zh="形状不符时拒绝，不广播")
def test_shapes_are_refused(submission):
    for t in [(3, 5), (1, 4), (4,), (3, 1), (4, 3), (2, 6), (3, 4, 1), (1, 3, 4), (3, 2), (12,)]:
        submission.rejects(ValueError, lambda t=t: (np.ones((3, 4)), np.ones(t), 2, 2.0))
    for s, t in [((4,), (4,)), ((1, 4), (3, 4)), ((3, 2), (3, 4)), ((2, 3, 4),) * 2]:
        submission.rejects(ValueError, lambda s=s, t=t: (np.ones(s), np.ones(t), 2, 2.0))


@graded(1, en="k outside 1 to classes, T not finite or <= 0 are refused", zh="拒绝超出范围的 k、非有限或非正的 T")
def test_bad_options_are_refused(submission):
    for k in (0, 5, -1):
        submission.rejects(ValueError, lambda k=k: batch(3, 4, k))
    for T in (0, -2.0, math.nan, math.inf):
        submission.rejects(ValueError, lambda T=T: batch(3, 4, 2, T))
