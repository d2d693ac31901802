"""Graded checks of foundations/softmax_cross_entropy."""

import math

import numpy as np

from minicompress.kit.grading import graded

TOLERANCE = {"rtol": 1e-5, "atol": 1e-6, "exact_arguments": True}


def reference(logits, labels):
    """One sample at a time, in Python floats: log p = z - max - log sum e^(z - max)."""
    n = len(logits)
    losses, dlogits = [], np.zeros(logits.shape)
    for k in range(n):
        z = [float(value) for value in logits[k]]
        log_sum = max(z) + math.log(math.fsum(math.exp(value - max(z)) for value in z))
        losses.append(log_sum - z[labels[k]])
        for c, value in enumerate(z):
            dlogits[k, c] = (math.exp(value - log_sum) - (c == labels[k])) / n
    return math.fsum(losses) / n, dlogits


def batch(n, classes, *, seed=0, spread=2.0, dtype=np.float64):
    """Normal logits and labels among which, for n >= classes, every class occurs."""
    rng = np.random.default_rng(seed)
    labels = np.concatenate([np.arange(classes), rng.integers(0, classes, n)])[:n]
    return rng.normal(0, spread, (n, classes)).astype(dtype), rng.permutation(labels)


@graded(2, en="a case worked by hand: two samples, three classes", zh="手算的例子：两个样本、三个类别")
def test_hand_worked_case(submission):
    # e^z = 2 1 1    p = 1/2 1/4 1/4    label 1:  -log p = ln 4        p - onehot = 1/2 -3/4 1/4
    #       1 2 5        1/8 1/4 5/8          2:           ln(8/5)                  1/8 1/4 -3/8
    # L = (ln 4 + ln(8/5)) / 2 = ln(32/5) / 2, dlogits = (p - onehot) / 2
    def make():
        return np.log([[2.0, 1, 1], [1, 2, 5]]), np.array([1, 2])

    def by_hand(logits, labels):
        return math.log(32 / 5) / 2, np.array([[1 / 4, -3 / 8, 1 / 8], [1 / 16, 1 / 8, -3 / 16]])

    submission.agrees_with(by_hand, make, **TOLERANCE)


@graded(2, en="a batch: loss and gradient are means over the samples", zh="一个批次：损失与梯度都对样本取平均")
def test_batch(submission):
    submission.agrees_with(reference, lambda: batch(7, 4), **TOLERANCE)
    submission.agrees_with(reference, lambda: batch(3, 6, seed=1), **TOLERANCE)
    submission.agrees_with(reference, lambda: batch(4, 4, seed=2), **TOLERANCE)


@graded(1, en="one sample; one class, whose probability is always 1", zh="单个样本；只有一个类别，概率恒为 1")
def test_one_sample_and_one_class(submission):
    submission.agrees_with(reference, lambda: batch(1, 5, seed=3), **TOLERANCE)
    submission.agrees_with(reference, lambda: batch(4, 1, seed=4), **TOLERANCE)
    submission.agrees_with(reference, lambda: batch(1, 1, seed=4), **TOLERANCE)
    # Here dlogits has the values of the logits, 0, and must be new all the same.
    submission.agrees_with(reference, lambda: (np.zeros((3, 1)), np.array([0, 0, 0])), **TOLERANCE)


@graded(2, en="logits in the thousands, rows that lie far apart, float32", zh="logits 上千、各行相差很远、float32")
def test_large_logits(submission):
    def far_apart():
        logits, labels = batch(5, 3, seed=5)
        logits = np.round(logits * 256) / 256  # so that float32 holds what is added to
        return logits + np.array([[1000.0], [-1000], [0], [3000], [-5000]]), labels

    submission.agrees_with(reference, far_apart, **TOLERANCE)
    submission.agrees_with(reference, lambda: batch(6, 4, seed=6, spread=1000.0), **TOLERANCE)
    submission.agrees_with(reference, lambda: batch(6, 4, seed=7, spread=60.0, dtype=np.float32), **TOLERANCE)
    submission.agrees_with(reference, lambda: batch(7, 4, seed=10, spread=1e29), **TOLERANCE)


@graded(
    1,
    en="a sample that is surely wrong has a finite loss, though p rounds to 0",
    zh="完全判错的样本：p 舍入为 0，损失仍有限",
)
def test_probability_that_rounds_to_zero(submission):
    # log p = -800 for the first sample: e^-800 is 0 in float64.
    submission.agrees_with(reference, lambda: (np.array([[800.0, 0, -1], [0, 1, 2]]), np.array([1, 2])), **TOLERANCE)
    submission.agrees_with(reference, lambda: (np.array([[120.0, 0]], np.float32), np.array([1])), **TOLERANCE)


@graded(1, en="a masked class, -inf, has probability 0 and gradient 0", zh="被屏蔽的类别（-inf）概率为 0、梯度为 0")
def test_masked_class(submission):
    def make():
        return np.array([[0.5, -np.inf, -1.0], [-np.inf, 2.0, -np.inf], [1.0, 0.0, 0.25]]), np.array([2, 1, 0])

    submission.agrees_with(reference, make, **TOLERANCE)


@graded(
    1,
    en="a masked class beside logits of any size: no finite constant can replace -inf",
    zh="被屏蔽的类别旁有任意大小的 logits：常数代替不了 -inf",
)
def test_masked_class_beside_large_logits(submission):
    def make():
        logits = np.array([[-1e30, -np.inf, -2e30, -5e29], [-np.inf, -3e29, -1e30, 5.0], [0.5, -1e30, -np.inf, -1.0]])
        return logits, np.array([0, 2, 3])

    submission.agrees_with(reference, make, **TOLERANCE)


@graded(1, en="labels of any integer dtype; views that are not contiguous", zh="任意整数类型的标签；不连续的视图")
def test_label_dtypes_and_views(submission):
    def views():
        logits, labels = batch(8, 3, seed=9)
        return logits[::-2].T[::-1].T, labels[::2]

    submission.agrees_with(reference, lambda: (batch(5, 3)[0], batch(5, 3)[1].astype(np.uint8)), **TOLERANCE)
    submission.agrees_with(reference, lambda: (batch(5, 3)[0], batch(5, 3)[1].astype(np.int32)), **TOLERANCE)
    # Three rows of 150 are 450 numbers: more than a uint8, let alone an int8, can count.
    for dtype, last in ((np.uint8, 149), (np.int8, 127), (np.uint64, 149)):
        labels = np.array([3, last, 76], dtype)
        submission.agrees_with(reference, lambda labels=labels: (batch(3, 150)[0], labels.copy()), **TOLERANCE)
    submission.agrees_with(reference, views, **TOLERANCE)


@graded(1, en="labels outside 0 to classes - 1 are refused, -1 too", zh="拒绝超出 0 到 classes - 1 的标签，包括 -1")
def test_labels_out_of_range_are_refused(submission):
    for wrong in ([0, 1, -1], [3, 1, 0], [0, -3, 2], [0, 100, 1], [-100, 0, 0], [0, 2**32, 1]):
        submission.rejects(ValueError, lambda wrong=wrong: (batch(3, 3)[0], np.array(wrong, np.int64)))
    for wrong in (
        np.array([1, 2, 2**64 - 2], np.uint64),
        np.array([0, -128, 2], np.int8),
        np.array([255, 0, 1], np.uint8),
    ):
        submission.rejects(ValueError, lambda wrong=wrong: (batch(3, 3)[0], wrong.copy()))


@graded(1, en="labels that are not integers are refused", zh="拒绝不是整数的标签")
def test_labels_that_are_no_integers_are_refused(submission):
    z = batch(3, 3)[0]
    for wrong in ([0.0, 1.0, 2.0], [0.5, 1.2, 2.0], [True, False, True]):
        submission.rejects(ValueError, lambda wrong=wrong: (z.copy(), np.array(wrong)))
    submission.rejects(ValueError, lambda: (z.copy(), np.array([2, 0, 1], np.float16)))


@graded(1, en="arrays of a wrong shape and an empty batch are refused", zh="拒绝形状不对的数组与空的批次")
def test_other_bad_input_is_refused(submission):
    z = batch(3, 3)[0]
    submission.rejects(ValueError, lambda: (z.copy(), np.array([[0], [1], [2]])))
    submission.rejects(ValueError, lambda: (z.copy(), np.array([[0, 1, 2]])))
    submission.rejects(ValueError, lambda: (z.copy(), np.array([0, 1])))
    submission.rejects(ValueError, lambda: (z.copy(), np.array([0])))
    submission.rejects(ValueError, lambda: (z.copy(), np.array(0)))
    submission.rejects(ValueError, lambda: (z.copy(), np.array([0, 1, 2, 0])))
    submission.rejects(ValueError, lambda: (z.copy(), np.eye(3, dtype=int)))
    submission.rejects(ValueError, lambda: (z[:1].copy(), np.array([0, 1, 2])))
    submission.rejects(ValueError, lambda: (z[0].copy(), np.array([0])))
    submission.rejects(ValueError, lambda: (z[0].copy(), np.array([0, 1, 2])))
    submission.rejects(ValueError, lambda: (np.array(1.5), np.array([0])))
    submission.rejects(ValueError, lambda: (z[None].copy(), np.array([0])))
    submission.rejects(ValueError, lambda: (z[:, :, None].copy(), np.array([0, 1, 2])))
    submission.rejects(ValueError, lambda: (np.zeros((0, 3)), np.zeros(0, int)))
    submission.rejects(ValueError, lambda: (np.zeros((2, 0)), np.zeros(2, int)))
    submission.rejects(ValueError, lambda: (np.zeros((0, 0)), np.zeros(0, int)))
