"""Graded checks of quantization/binary_quantization. Codes must be equal; alpha may differ by 1e-5 of itself."""

import numpy as np

from minicompress.kit.grading import graded

RTOL = 1e-5


def reference(w, per_channel=False):
    """One weight at a time, in Python floats."""
    q = np.ones(w.shape, np.int8)
    for index in np.ndindex(w.shape):
        if float(w[index]) < 0:
            q[index] = -1
    groups = list(w) if per_channel else [w]
    means = [sum(abs(float(value)) for value in np.ravel(group)) / np.size(group) for group in groups]
    return q, np.array(means).reshape(-1, *(1,) * (w.ndim - 1))


def weights(*shape, seed=0, dtype=np.float32):
    """Normal weights around -0.1 whose spread differs between outputs, in the dtype."""
    rng = np.random.default_rng(seed)
    spread = np.geomspace(0.2, 2, shape[0]).reshape(-1, *(1,) * (len(shape) - 1))
    return (rng.normal(-0.1, 1, shape) * spread).astype(dtype)


@graded(2, en="a case worked by hand", zh="手算的例子")
def test_hand_worked_case(submission):
    # mean |w| = (3 + 1 + 0.5 + 0.25 + 2 + 0.75) / 6 = 7.5 / 6 = 1.25
    def make():
        return (np.array([[3, -1, 0.5], [-0.25, -2, 0.75]], np.float32),)

    def by_hand(w):
        return np.array([[1, -1, 1], [-1, -1, 1]], np.int8), np.array([[1.25]])

    submission.agrees_with(by_hand, make, rtol=RTOL)


@graded(2, en="one scale for the whole array", zh="整个数组共用一个缩放因子")
def test_one_scale(submission):
    for shape in [(4, 6), (3, 2, 3, 2), (7,), (1, 9)]:
        submission.agrees_with(reference, lambda shape=shape: (weights(*shape), False), rtol=RTOL)


@graded(2, en="one scale for each output channel, matrices and convolutions", zh="每个输出通道一个缩放因子：矩阵与卷积")
def test_per_channel(submission):
    # by rows: (1 + 3) / 2 = 2, (0.5 + 0) / 2 = 0.25
    def by_hand(w, per_channel):
        return np.array([[1, -1], [-1, 1]], np.int8), np.array([[2.0], [0.25]])

    submission.agrees_with(by_hand, lambda: (np.array([[1.0, -3], [-0.5, 0]]), True), rtol=RTOL)
    for shape in [(4, 6), (3, 3), (3, 2, 3, 2), (2, 5, 1, 4), (1, 9)]:
        submission.agrees_with(reference, lambda shape=shape: (weights(*shape, seed=1), True), rtol=RTOL)


@graded(2, en="zero is +1, -0.0 too, and counts in the mean", zh="零是 +1，-0.0 也是，并计入平均")
def test_zeros(submission):
    def make(per_channel=False):
        return np.array([[0.0, -0.0, 2, -1], [0, 0, -4, -0.0]], np.float32), per_channel

    submission.agrees_with(reference, make, rtol=RTOL)
    submission.agrees_with(reference, lambda: make(True), rtol=RTOL)
    submission.agrees_with(reference, lambda: (np.zeros((2, 3), np.float32),), rtol=RTOL)


@graded(1, en="a single weight; one weight per channel; tiny weights", zh="单个权重；每通道一个权重；极小的权重")
def test_extremes(submission):
    submission.agrees_with(reference, lambda: (np.array([-0.75]),), rtol=RTOL)
    submission.agrees_with(reference, lambda: (np.array([-0.75, 0.5, 4]), True), rtol=RTOL)
    submission.agrees_with(reference, lambda: (np.array([[-1e-30, 3e-30, 2e-30]]),), rtol=RTOL)
    # alpha equals w here, and must be a new array all the same.
    submission.agrees_with(reference, lambda: (np.array([0.75]),), rtol=RTOL)
    submission.agrees_with(reference, lambda: (np.array([[0.75], [0.5]]), True), rtol=RTOL)


@graded(1, en="the largest numbers of each dtype: the mean does not overflow", zh="各类型的最大数：平均不溢出")
def test_the_largest_numbers(submission):
    for dtype, largest in ((np.float16, 6e4), (np.float32, 3e38), (np.float64, 1e300)):
        for per_channel in (False, True):
            submission.agrees_with(
                reference,
                lambda d=dtype, v=largest, p=per_channel: (np.array([[v, -v, v, 0.75 * v], [-v, v, v, v]], d), p),
                rtol=RTOL,
            )
    submission.agrees_with(reference, lambda: (weights(3, 40, seed=2, dtype=np.float16), True), rtol=RTOL)


@graded(1, en="all of one sign, and float64", zh="全部同号，以及 float64")
def test_all_of_one_sign(submission):
    submission.agrees_with(reference, lambda: (np.abs(weights(3, 5, dtype=np.float64)), True), rtol=RTOL)
    submission.agrees_with(reference, lambda: (-np.abs(weights(3, 5, dtype=np.float64)), False), rtol=RTOL)


@graded(1, en="NaN and infinite weights are refused", zh="拒绝 NaN 和无穷大的权重")
def test_weights_that_are_not_finite_are_refused(submission):
    for bad in (np.nan, np.inf, -np.inf):
        submission.rejects(ValueError, lambda bad=bad: (np.array([[1.0, bad], [2, 3]]),))
        submission.rejects(ValueError, lambda bad=bad: (np.array([[1.0, 2], [2, bad]]), True))


@graded(1, en="an empty array is refused", zh="拒绝空数组")
def test_an_empty_array_is_refused(submission):
    submission.rejects(ValueError, lambda: (np.zeros((0, 3)),))
    submission.rejects(ValueError, lambda: (np.zeros((3, 0), np.float32), True))
