"""Graded checks of distillation/label_smoothing."""

import math

import numpy as np

from minicompress.kit.grading import graded

TOLERANCE = {"rtol": 1e-4, "atol": 1e-6, "exact_arguments": True}


def reference(logits, labels, eps):
    """The two losses apart, one sample and one class at a time: (1 - eps) CE(onehot, p) + eps CE(uniform, p)."""
    n, C = logits.shape
    hard, uniform, dz = [], [], np.zeros((n, C))
    for i in range(n):
        z = [float(value) for value in logits[i]]
        log_sum = max(z) + math.log(math.fsum(math.exp(value - max(z)) for value in z))
        hard.append(log_sum - z[labels[i]])
        uniform.append(math.fsum(log_sum - value for value in z) / C)
        for c in range(C):
            p = math.exp(z[c] - log_sum)
            dz[i, c] = ((1 - eps) * (p - (labels[i] == c)) + eps * (p - 1 / C)) / n
    return ((1 - eps) * math.fsum(hard) + eps * math.fsum(uniform)) / n, dz


def batch(n, C, eps, *, seed=0, spread=2.0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    return rng.normal(0, spread, (n, C)).astype(dtype), rng.integers(0, C, n), eps


@graded(
    2, en="a case worked by hand: one sample, four classes, eps 0.4", zh="手算的例子：一个样本、四个类别、eps 为 0.4"
)
def test_hand_worked_case(submission):
    # z = ln 4, ln 2, 0, 0: p = 4/8 2/8 1/8 1/8, -log p = (1 2 3 3) ln 2
    # t = 0.4 / 4 = 0.1 for each and 0.6 more for label 1: 0.1 0.7 0.1 0.1
    # loss = (0.1 + 1.4 + 0.3 + 0.3) ln 2 = 2.1 ln 2, dz = p - t
    def make():
        return np.log([[4.0, 2, 1, 1]]), np.array([1]), 0.4

    def by_hand(logits, labels, eps):
        return 2.1 * math.log(2), np.array([[0.4, -0.45, 0.025, 0.025]])

    submission.agrees_with(by_hand, make, **TOLERANCE)


@graded(2, en="batches of several sizes", zh="大小不同的批次")
def test_batches(submission):
    for n, C, eps in [(5, 3, 0.1), (2, 7, 0.3), (1, 4, 0.2), (4, 4, 0.6), (3, 2, 0.1)]:
        submission.agrees_with(reference, lambda n=n, C=C, eps=eps: batch(n, C, eps, seed=n), **TOLERANCE)


@graded(
    1,
    en="eps 0 is the plain cross-entropy, eps 1 asks for the uniform distribution",
    zh="eps 为 0 即普通交叉熵，为 1 则要求均匀分布",
)
def test_ends(submission):
    for eps in (0, 0.0, 1, 1.0):
        submission.agrees_with(reference, lambda eps=eps: batch(3, 5, eps, seed=6), **TOLERANCE)


@graded(2, en="logits in the thousands", zh="上千的 logits")
def test_large_logits(submission):
    def large(sign):
        return sign * np.array([[3000.0, 0, -2000], [-1500, 1500, 1500]]), np.array([1, 0]), 0.1

    for sign in (1, -1):
        submission.agrees_with(reference, lambda sign=sign: large(sign), **TOLERANCE)
    submission.agrees_with(reference, lambda: batch(5, 3, 0.1, seed=13, spread=1e29), **TOLERANCE)


@graded(1, en="float32, integers, views, equal logits, one class", zh="float32、整数、视图、相同的 logits、一个类别")
def test_dtypes_and_views(submission):
    def views():
        logits, labels, eps = batch(6, 8, 0.2, seed=10)
        return logits[::-2, ::2], labels[::2] // 2, eps

    submission.agrees_with(reference, lambda: batch(4, 3, 0.1, seed=11, dtype=np.float32), **TOLERANCE)
    submission.agrees_with(reference, lambda: (np.array([[3, -1, 2, 0]]), np.array([2]), 0.1), **TOLERANCE)
    submission.agrees_with(reference, views, **TOLERANCE)
    submission.agrees_with(reference, lambda: (np.zeros((2, 3)), np.array([0, 2]), 0.3), **TOLERANCE)
    submission.agrees_with(reference, lambda: batch(3, 1, 0.1, seed=9), **TOLERANCE)
    # Here dz has the values of the logits, 0, and must be new all the same.
    submission.agrees_with(reference, lambda: (np.zeros((3, 1)), np.array([0, 0, 0]), 0.3), **TOLERANCE)


@graded(1, en="narrow integers, signed and unsigned: nothing wraps", zh="窄的整数，有符号与无符号：不得回绕")
def test_narrow_integers(submission):
    def unsigned():
        return np.array([[0, 5, 2], [200, 190, 203]], np.uint8), np.array([1, 2], np.uint8), 0.15

    def signed():
        return np.array([[-128, 127, 120, 0, 3]], np.int8), np.array([2], np.int8), 0.35

    def many_classes(C, dtype, last):
        return batch(3, C, 0.2, seed=12)[0], np.array([3, last, 76], dtype), 0.2

    submission.agrees_with(reference, unsigned, **TOLERANCE)
    submission.agrees_with(reference, signed, **TOLERANCE)
    for many in ((150, np.uint8, 149), (150, np.int8, 127), (300, np.int16, 299)):
        submission.agrees_with(reference, lambda many=many: many_classes(*many), **TOLERANCE)


@graded(2, en="eps and labels out of range are refused", zh="eps 或标签越界时拒绝")
def test_bad_arguments_are_refused(submission):
    for eps in (-0.1, 1.1, math.nan):
        submission.rejects(ValueError, lambda eps=eps: batch(3, 4, eps))
    for labels in ([0, 1, 4], [0, -1, 2], [-5, 1, 2], [0, 1], [0], [0, 1, 2, 3], [[0], [1], [2]], [[0, 1, 2]], 0):
        submission.rejects(ValueError, lambda labels=labels: (np.ones((3, 4)), np.array(labels), 0.1))
    for labels in (np.array([0, 255, 1], np.uint8), np.array([0, -128, 1], np.int8), np.array([0, 1, 2**32])):
        submission.rejects(ValueError, lambda labels=labels: (np.ones((3, 4)), labels.copy(), 0.1))
    submission.rejects(ValueError, lambda: (np.ones((3, 4)), np.array([0, 1, 2]), np.float32(1.0000001)))
    submission.rejects(ValueError, lambda: (np.ones((3, 4)), np.array([0, 1, 2]), math.inf))
