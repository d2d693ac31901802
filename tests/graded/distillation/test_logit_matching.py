"""Graded checks of distillation/logit_matching."""

import math

import numpy as np

from minicompress.kit.grading import graded

TOLERANCE = {"rtol": 1e-4, "atol": 1e-5, "exact_arguments": True}


def reference(z_s, z_t):
    """One sample at a time, both centred first; the gradient by the chain rule through the mean, class by class."""
    n, C = z_s.shape
    total, dz_s = [], np.zeros((n, C))
    for k in range(n):
        mean_s, mean_t = (math.fsum(float(z) for z in row) / C for row in (z_s[k], z_t[k]))
        d = [(float(s) - mean_s) - (float(t) - mean_t) for s, t in zip(z_s[k], z_t[k], strict=True)]
        total += [value**2 / (2 * n * C) for value in d]
        for c in range(C):
            dz_s[k, c] = math.fsum(d[j] / (n * C) * ((j == c) - 1 / C) for j in range(C))
    return math.fsum(total), dz_s


def batch(n, C, *, seed=0, spread=3.0, dtype=np.float64):
    return tuple(np.random.default_rng(seed).normal(1, spread, (2, n, C)).astype(dtype))


@graded(2, en="a case worked by hand: two samples, three classes", zh="手算的例子：两个样本、三个类别")
def test_hand_worked_case(submission):
    # z_s - z_t = 4 1 1    mean 2    d = 2 -1 -1    squares 4 + 1 + 1 = 6
    #             0 3 -3        0        0  3 -3            0 + 9 + 9 = 18
    # loss = 24 / (2 * 2 * 3) = 2, dz_s = d / 6
    def make():
        return np.array([[5.0, 1, 0], [0, 2, -1]]), np.array([[1.0, 0, -1], [0, -1, 2]])

    def by_hand(z_s, z_t):
        return 2.0, np.array([[2.0, -1, -1], [0, 3, -3]]) / 6

    submission.agrees_with(by_hand, make, **TOLERANCE)


@graded(2, en="batches of several sizes", zh="大小不同的批次")
def test_batches(submission):
    for n, C in [(5, 3), (2, 7), (1, 4), (4, 4)]:
        submission.agrees_with(reference, lambda n=n, C=C: batch(n, C, seed=n), **TOLERANCE)


@graded(
    2,
    en="a constant added to a sample's logits changes nothing, for student or teacher",
    zh="一个样本的 logits 同加常数，结果不变，无论学生还是教师",
)
def test_constants(submission):
    shift = np.array([[10.0], [-30], [0], [200]])

    def student_shifted():
        z_s, z_t = batch(4, 5, seed=6)
        return z_s + shift, z_t

    def teacher_shifted():
        z_s, z_t = batch(4, 5, seed=6)
        return z_s, z_t - 2 * shift

    def same():
        _, z_t = batch(4, 5, seed=7)
        return z_t + shift, z_t

    for make in (student_shifted, teacher_shifted, same):
        submission.agrees_with(reference, make, **TOLERANCE)


@graded(1, en="two classes, one class, equal logits", zh="两类、一类、logits 相同")
def test_few_classes(submission):
    submission.agrees_with(reference, lambda: batch(3, 2, seed=8), **TOLERANCE)
    submission.agrees_with(reference, lambda: batch(3, 1, seed=9), **TOLERANCE)
    submission.agrees_with(reference, lambda: (np.zeros((2, 3)), np.zeros((2, 3))), **TOLERANCE)


@graded(1, en="float32, integers, views", zh="float32、整数、视图")
def test_dtypes_and_views(submission):
    def integers():
        return np.array([[3, -1, 2, 0]]), np.array([[1, 5, -2, 2]])

    def views():
        z_s, z_t = batch(6, 8, seed=10)
        return z_s[::-2, ::2], z_t[::2, ::-2]

    submission.agrees_with(reference, lambda: batch(4, 3, seed=11, dtype=np.float32), **TOLERANCE)
    submission.agrees_with(reference, integers, **TOLERANCE)
    submission.agrees_with(reference, views, **TOLERANCE)
    # The student is the teacher, and already centred: dz_s is 0 as z_s is, and must be new all the same.
    submission.agrees_with(reference, lambda: (np.zeros((3, 1)), np.zeros((3, 1))), **TOLERANCE)


@graded(1, en="narrow integers, signed and unsigned: nothing wraps", zh="窄的整数，有符号与无符号：不得回绕")
def test_narrow_integers(submission):
    def unsigned():
        return np.array([[0, 5, 200], [7, 250, 1]], np.uint8), np.array([[3, 90, 10], [11, 2, 240]], np.uint8)

    def signed():
        return np.array([[-128, 127, 100, -3]], np.int8), np.array([[127, -128, 5, 90]], np.int8)

    def wide(dtype, z_s, z_t):  # their differences do not fit in 32 bits
        return np.array([z_s, z_t], dtype), np.array([z_t, z_s[::-1]], dtype)

    submission.agrees_with(reference, unsigned, **TOLERANCE)
    submission.agrees_with(reference, signed, **TOLERANCE)
    for wider in (
        (np.int32, [2_000_000_000, -1_900_000_000, 1_000_000_000], [-2_000_000_000, 1_500_000_000, 300_000_000]),
        (np.uint32, [4_200_000_000, 100_000_000, 3_000_000_000], [200_000_000, 4_100_000_000, 2_300_000_000]),
    ):
        submission.agrees_with(reference, lambda wider=wider: wide(*wider), **TOLERANCE)


@graded(1, en="logits of 1e12", zh="大小为 1e12 的 logits")
def test_large_logits(submission):
    for spread in (1e6, 1e12):
        submission.agrees_with(reference, lambda spread=spread: batch(5, 3, seed=12, spread=spread), **TOLERANCE)


@graded(1, en="shapes that do not fit are refused, not broadcast", zh="形状不符时拒绝，不广播")
def test_shapes_are_refused(submission):
    for t in [(3, 5), (1, 4), (4,), (3, 1), (4, 3), (2, 6), (3, 4, 1), (1, 3, 4), (), (12,)]:
        submission.rejects(ValueError, lambda t=t: (np.ones((3, 4)), np.ones(t)))
    for s, t in [((1, 4), (3, 4)), ((3, 1), (3, 4)), ((1, 1), (1,)), ((1, 1), ())]:
        submission.rejects(ValueError, lambda s=s, t=t: (np.ones(s), np.ones(t)))
    for shape in [(4,), (2, 3, 4), (0, 4), (3, 0)]:
        submission.rejects(ValueError, lambda shape=shape: (np.ones(shape), np.ones(shape)))
