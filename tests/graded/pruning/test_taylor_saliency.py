"""Graded checks of pruning/taylor_saliency."""

import math

import numpy as np

from minicompress.kit.grading import graded

TOLERANCE = {"rtol": 1e-4, "atol": 1e-6, "exact_arguments": True}


def reference(w, b, dw, db):
    """One output and one batch at a time, in Python floats."""
    saliency = []
    for j in range(len(w)):
        squares = []
        for t in range(len(dw)):
            group = [(*w[j].ravel().tolist(), float(b[j])), (*dw[t, j].ravel().tolist(), float(db[t, j]))]
            squares.append(math.fsum(g * v for v, g in zip(*group, strict=True)) ** 2)
        saliency.append(math.fsum(squares) / len(squares))
    return np.array(saliency)


def gradients(batches, *shape, seed=0, dtype=np.float64):
    """w, b, dw, db from normal numbers."""
    rng = np.random.default_rng(seed)
    shapes = shape, shape[:1], (batches, *shape), (batches, shape[0])
    return tuple(rng.normal(size=s).astype(dtype) for s in shapes)


@graded(2, en="a case worked by hand: two outputs, two batches", zh="手算的例子：两个输出、两个批次")
def test_hand_worked_case(submission):
    # w b                  batch 0: g        g w                    batch 1: g        g w
    # 2 -1 | 3             1 4 | 1           2 - 4 + 3 = 1          0 -1 | 2          0 + 1 + 6 = 7
    # 1  1 | 0             3 -2 | 5          3 - 2 + 0 = 1          -1 -2 | 9         -1 - 2 + 0 = -3
    # I = (1 + 49) / 2 = 25, (1 + 9) / 2 = 5
    def make():
        w, b = np.array([[2.0, -1], [1, 1]]), np.array([3.0, 0])
        return w, b, np.array([[[1.0, 4], [3, -2]], [[0, -1], [-1, -2]]]), np.array([[1.0, 5], [2, 9]])

    submission.agrees_with(lambda w, b, dw, db: np.array([25.0, 5.0]), make, **TOLERANCE)


@graded(2, en="linear layers, wide and tall, several batches", zh="全连接层，宽的和高的，若干批次")
def test_linear_layers(submission):
    submission.agrees_with(reference, lambda: gradients(4, 3, 6), **TOLERANCE)
    submission.agrees_with(reference, lambda: gradients(2, 7, 4, seed=1), **TOLERANCE)
    submission.agrees_with(reference, lambda: gradients(3, 5, 5, seed=2), **TOLERANCE)


@graded(2, en="convolutions: a group is a whole filter", zh="卷积：一组是整个滤波器")
def test_convolutions(submission):
    submission.agrees_with(reference, lambda: gradients(3, 4, 2, 3, 2, seed=3), **TOLERANCE)
    submission.agrees_with(reference, lambda: gradients(2, 3, 5, 1, 1, seed=4, dtype=np.float32), **TOLERANCE)


@graded(2, en="terms of both signs cancel within a group", zh="组内正负项相互抵消")
def test_terms_cancel_within_a_group(submission):
    def make():
        w, b, dw, db = gradients(2, 3, 4, seed=5)
        dw[:, 0] = (
            np.array([1, -1, 1, -1]) / w[0]
        )  # g w = 1 -1 1 -1: without this output nothing changes, to first order
        db[:, 0] = 0
        return w, b, dw, db

    submission.agrees_with(reference, make, **TOLERANCE)


@graded(2, en="gradients of two batches that cancel do not: square first", zh="两个批次的梯度互相抵消也不影响：先平方")
def test_batches_do_not_cancel(submission):
    def make():
        w, b, dw, db = gradients(2, 4, 3, seed=6)
        dw[1], db[1] = -dw[0], -db[0]
        return w, b, dw, db

    submission.agrees_with(reference, make, **TOLERANCE)


@graded(1, en="tiny and huge numbers", zh="极小与极大的数")
def test_tiny_and_huge_numbers(submission):
    def scaled(weight, gradient, batches, *shape, dtype=np.float64):
        w, b, dw, db = (np.abs(a) + 0.125 for a in gradients(batches, *shape, seed=9))  # positive: nothing cancels
        return tuple((a * s).astype(dtype) for a, s in ((w, weight), (b, weight), (dw, gradient), (db, gradient)))

    exactly = {"rtol": 1e-4, "exact_arguments": True}
    submission.agrees_with(reference, lambda: scaled(1e-3, 1e-9, 3, 4, 5), **exactly)
    submission.agrees_with(reference, lambda: scaled(1e5, 1e-17, 2, 3, 5, 2, 2), **exactly)
    submission.agrees_with(reference, lambda: scaled(1e-17, 1e18, 5, 3, 4), **exactly)
    submission.agrees_with(reference, lambda: scaled(1e-2, 1e7, 4, 3, 7, dtype=np.float32), **exactly)


@graded(1, en="views that are not contiguous", zh="不连续的视图")
def test_views(submission):
    def views():
        w, b, dw, db = gradients(10, 7, 6, seed=10)
        return w[:, ::2], b[::-1], dw[::2, ::-1, ::2], np.asfortranarray(db)[::2]

    submission.agrees_with(reference, views, **TOLERANCE)


@graded(1, en="one batch, one output, zero weights, zero gradients", zh="一个批次、一个输出、零权重、零梯度")
def test_extremes(submission):
    def dead():
        w, b, dw, db = gradients(3, 3, 4, seed=8)
        w[1], b[1] = 0, 0
        dw[:, 2], db[:, 2] = 0, 0
        return w, b, dw, db

    submission.agrees_with(reference, lambda: gradients(1, 3, 4, seed=7), **TOLERANCE)
    submission.agrees_with(reference, lambda: gradients(2, 1, 1), **TOLERANCE)
    submission.agrees_with(reference, dead, **TOLERANCE)
    zero = np.zeros((3, 4)), np.zeros(3)
    submission.agrees_with(reference, lambda: (*(a.copy() for a in zero), *gradients(2, 3, 4)[2:]), **TOLERANCE)


@graded(1, en="shapes that do not fit, and no batch, are refused", zh="拒绝不匹配的形状，以及没有批次")
def test_bad_arguments_are_refused(submission):
    def other(**parts):
        values = dict(zip(("w", "b", "dw", "db"), gradients(2, 3, 4), strict=True)) | parts
        return tuple(value.copy() for value in values.values())

    submission.rejects(ValueError, lambda: other(dw=np.ones((3, 4))))
    submission.rejects(ValueError, lambda: other(dw=np.ones((2, 1, 4))))
    submission.rejects(ValueError, lambda: other(dw=np.ones((2, 4, 3))))
    submission.rejects(ValueError, lambda: other(b=np.ones(1)))
    submission.rejects(ValueError, lambda: other(b=np.ones((3, 1)), db=np.ones((2, 3, 1))))
    submission.rejects(ValueError, lambda: other(b=np.ones(1), db=np.ones((2, 1))))
    submission.rejects(ValueError, lambda: other(db=np.ones(3)))
    submission.rejects(ValueError, lambda: other(db=np.ones((1, 3))))
    for shape in ((2, 12), (1, 3, 4), (2, 3, 1), (2, 1, 1), (2, 3, 4, 1), (1, 2, 3, 4), (3, 2, 4), (3, 3, 4)):
        submission.rejects(ValueError, lambda shape=shape: other(dw=np.ones(shape)))
    for shape in ((), (1, 3), (3, 1), (4,), (2,)):
        submission.rejects(ValueError, lambda shape=shape: other(b=np.ones(shape)))
    for shape in ((6,), (3, 2), (2, 1), (2, 3, 1), (1, 2, 3), (2, 4), (3, 3)):
        submission.rejects(ValueError, lambda shape=shape: other(db=np.ones(shape)))
    submission.rejects(ValueError, lambda: (np.ones((1, 1)), np.ones(1), np.ones((2, 1)), np.ones((2, 1))))
    submission.rejects(ValueError, lambda: (np.ones((1, 1)), np.ones(1), np.ones((2, 1, 1, 1)), np.ones((2, 1))))
    submission.rejects(ValueError, lambda: other(dw=np.ones((1, 3, 4)), db=np.ones((2, 3))))
    submission.rejects(ValueError, lambda: other(dw=np.ones((0, 3, 4)), db=np.ones((0, 3))))
