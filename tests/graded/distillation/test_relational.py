"""Graded checks of distillation/relational."""

import math

import numpy as np

from minicompress.kit.grading import graded

TOLERANCE = {"rtol": 1e-4, "atol": 1e-6, "exact_arguments": True}


def reference(h_s, h_t):
    """One pair at a time, in Python floats."""
    n = len(h_s)
    psi_s, psi_t = relations(h_s), relations(h_t)
    losses = []
    for pair in psi_s:
        u = abs(psi_s[pair] - psi_t[pair])
        losses.append(u * u / 2 if u <= 1 else u - 0.5)
    return math.fsum(losses) / (n * (n - 1))


def relations(h):
    rows = [[float(value) for value in row] for row in h]
    pairs = [(i, j) for i in range(len(rows)) for j in range(len(rows)) if i != j]
    d = {(i, j): math.dist(rows[i], rows[j]) for i, j in pairs}
    apart = [value for value in d.values() if value > 0]
    return {pair: value / (math.fsum(apart) / len(apart)) for pair, value in d.items()}


def batch(n, student, teacher, *, seed=0, dtype=np.float64):
    """Features of both signs, far from 0, in other scales."""
    rng = np.random.default_rng(seed)
    return rng.normal(2, 1.5, (n, student)).astype(dtype), rng.normal(-3, 8, (n, teacher)).astype(dtype)


def far_apart(dtype=np.float64):
    """One sample of the student lies far away: differences on both sides of 1."""
    h_s, h_t = batch(6, 3, 4, seed=7, dtype=dtype)
    h_s[2] += 60
    return h_s, h_t


@graded(2, en="a case worked by hand: three samples", zh="手算的例子：三个样本")
def test_hand_worked_case(submission):
    # Student (0, 0), (3, 4), (0, 0):  d01 = 5, d02 = 0, d12 = 5.  Nonzero mean 5:  psi = 1, 0, 1.
    # Teacher 0, -1, 3:  d01 = 1, d02 = 3, d12 = 4.  Mean 8/3:  psi = 3/8, 9/8, 3/2.
    # u = 5/8, 9/8, 1/2.  huber: 25/128, 9/8 - 1/2 = 80/128, 16/128; each pair twice of 6:  L = 121 / 384.
    def make():
        return np.array([[0.0, 0.0], [3.0, 4.0], [0.0, 0.0]]), np.array([[0.0], [-1.0], [3.0]])

    submission.agrees_with(lambda h_s, h_t: 121 / 384, make, **TOLERANCE)


@graded(2, en="batches, with other widths; float32", zh="不同的批次与宽度；float32")
def test_batches(submission):
    submission.agrees_with(reference, lambda: batch(5, 3, 6), **TOLERANCE)
    submission.agrees_with(reference, lambda: batch(7, 4, 2, seed=1), **TOLERANCE)
    submission.agrees_with(reference, lambda: batch(4, 3, 3, seed=2, dtype=np.float32), **TOLERANCE)


@graded(2, en="differences above 1: the Huber loss grows linearly", zh="差大于 1 时，Huber 损失按线性增长")
def test_far_apart(submission):
    submission.agrees_with(reference, far_apart, **TOLERANCE)
    submission.agrees_with(reference, lambda: far_apart()[::-1], **TOLERANCE)
    submission.agrees_with(reference, lambda: far_apart(np.float32), **TOLERANCE)


@graded(1, en="scale, shift and order of the features do not count", zh="尺度、平移和特征次序都不影响")
def test_what_does_not_count(submission):
    def moved():
        _, h_t = batch(5, 4, 4, seed=3)
        return -3 * h_t[:, ::-1] + 5, h_t

    def one_feature_is_dead():
        h_s, h_t = batch(5, 3, 6, seed=9)
        h_s[:, 1], h_t[:, 4] = 0, 2.5
        return h_s, h_t

    submission.agrees_with(reference, moved, **TOLERANCE)
    submission.agrees_with(reference, one_feature_is_dead, **TOLERANCE)
    submission.agrees_with(reference, lambda: (0.01 * batch(4, 3, 2)[0], 100 * batch(4, 3, 2)[1]), **TOLERANCE)


@graded(1, en="samples far from the origin, and close together", zh="离原点很远、彼此很近的样本")
def test_distances_of_any_size(submission):
    def moved(offset, factor):
        h_s, h_t = batch(5, 3, 6, seed=8)
        return offset + factor * h_s, 2 * factor * h_t - offset

    for offset, factor in ((0.0, 1e-7), (1e7, 1.0), (-1e3, 1e-4), (1e-3, 1e-9), (0.0, 1e7)):
        submission.agrees_with(reference, lambda o=offset, f=factor: moved(o, f), **TOLERANCE)


@graded(1, en="two samples; one feature", zh="两个样本；单个特征")
def test_small_batches(submission):
    submission.agrees_with(reference, lambda: batch(2, 3, 4, seed=4), **TOLERANCE)
    submission.agrees_with(reference, lambda: batch(3, 1, 1, seed=5), **TOLERANCE)


@graded(1, en="samples that coincide do not count in the mean distance", zh="重合的样本不计入平均距离")
def test_samples_that_coincide(submission):
    def twins():
        h_s, h_t = batch(6, 3, 4, seed=6)
        h_s[1], h_s[4] = h_s[0], h_s[3]
        h_t[5] = h_t[2]
        return h_s, h_t

    submission.agrees_with(reference, twins, **TOLERANCE)


@graded(1, en="one sample, or all equal, has no relations: refused", zh="单个样本或全部相同时没有关系可言：拒绝")
def test_no_relations_are_refused(submission):
    submission.rejects(ValueError, lambda: batch(1, 3, 4))
    submission.rejects(ValueError, lambda: (np.zeros((0, 3)), np.zeros((0, 4))))
    submission.rejects(ValueError, lambda: (np.ones((4, 3)), batch(4, 3, 3)[1]))
    submission.rejects(ValueError, lambda: (batch(4, 3, 3)[0], np.full((4, 3), -2.0)))
    for row in ([1.0, 2, 3], [0.1, 0.1, 0.1], [0.1, -7.3, 1e5]):  # the mean of three 0.1 is not 0.1
        equal = np.tile(row, (3, 1))
        submission.rejects(ValueError, lambda h=equal: (h.copy(), batch(3, 3, 4)[1]))
        submission.rejects(ValueError, lambda h=equal: (batch(3, 4, 3)[0], h.copy()))
    submission.rejects(ValueError, lambda: (np.zeros((2, 0)), batch(2, 3, 3)[1]))
    submission.rejects(ValueError, lambda: (batch(2, 3, 3)[0], np.zeros((2, 0))))


@graded(1, en="other numbers of samples, or of axes, are refused", zh="样本数不同或不是二维时拒绝")
def test_other_shapes_are_refused(submission):
    for other in [(3, 3), (1, 3), (3, 4), (2, 6), (4,), (4, 3, 1), (4, 3, 2, 2), (12,)]:
        submission.rejects(ValueError, lambda other=other: (counting((4, 3)), counting(other)))
    for one, other in [((4,), (4,)), ((4, 3, 2), (4, 5, 2)), ((4, 3, 1), (4, 3))]:
        submission.rejects(ValueError, lambda one=one, other=other: (counting(one), counting(other)))


def counting(shape):
    return np.arange(float(np.prod(shape))).reshape(shape)
