"""Graded checks of quantization/ternary_quantization. Codes must be equal; alpha may differ by 1e-5 of itself.

Weights that the checks draw lie at least 1e-4 of the threshold away from it; ties use numbers that are exact in binary.
"""

import numpy as np

from minicompress.kit.grading import graded

RTOL = 1e-5


def reference(w, factor=0.7):
    """One weight at a time, in Python floats."""
    values = [float(value) for value in w.flat]
    delta = factor * sum(map(abs, values)) / len(values)
    q, kept = np.zeros(w.shape, np.int8), []
    for index in np.ndindex(w.shape):
        value = float(w[index])
        if value > delta or -value > delta:
            q[index] = 1 if value > 0 else -1
            kept.append(abs(value))
    return q, sum(kept) / len(kept) if kept else 0.0


def weights(*shape, seed=0, factor=0.7, dtype=np.float32, spread=1.0):
    """Normal weights around 0.2, none near the threshold."""
    rng = np.random.default_rng(seed)
    for _ in range(50):
        w = (rng.normal(0.2, 1, shape) * spread).astype(dtype)
        size = np.abs(w.astype(np.float64))
        delta = factor * size.mean()
        if (np.abs(size - delta) > 2e-4 * delta).all():
            return w
    raise AssertionError("the weights of this check cannot be kept from the threshold")


@graded(2, en="a case worked by hand", zh="手算的例子")
def test_hand_worked_case(submission):
    # mean |w| = (0.5 + 2 + 1 + 0 + 1.5 + 1) / 6 = 1, Delta = 0.7
    # above: 2, 1, 1.5, 1; alpha = 5.5 / 4 = 1.375
    def make():
        return (np.array([[0.5, -2, 1], [0, 1.5, -1]], np.float32),)

    def by_hand(w):
        return np.array([[0, -1, 1], [0, 1, -1]], np.int8), 1.375

    submission.agrees_with(by_hand, make, rtol=RTOL)


@graded(2, en="matrices, vectors and convolutions", zh="矩阵、向量与卷积核")
def test_shapes(submission):
    for shape in [(4, 6), (30,), (3, 2, 3, 2), (1, 9), (5, 1)]:
        submission.agrees_with(reference, lambda shape=shape: (weights(*shape, seed=1),), rtol=RTOL)


@graded(1, en="small and large weights: the threshold follows them", zh="很小和很大的权重：阈值随之变化")
def test_scales(submission):
    submission.agrees_with(reference, lambda: (weights(4, 5, seed=2, spread=1e-30),), rtol=RTOL)
    for spread in (1e-200, 1e-30, 100.0, 1e30, 1e200):
        submission.agrees_with(
            reference, lambda s=spread: (weights(4, 5, seed=3, spread=s, dtype=np.float64),), rtol=RTOL
        )


@graded(1, en="the largest numbers of each dtype: the means do not overflow", zh="各类型的最大数：平均不溢出")
def test_the_largest_numbers(submission):
    for dtype, largest in ((np.float16, 6e4), (np.float32, 3e38), (np.float64, 1e300)):
        submission.agrees_with(
            reference,
            lambda d=dtype, v=largest: (np.array([[v, -v, v, 0.25 * v], [-v, 0, v, 0.75 * v]], d),),
            rtol=RTOL,
        )


@graded(2, en="other factors: 0, 0.5, 1, 1.5", zh="其他系数：0、0.5、1、1.5")
def test_factors(submission):
    for factor in (0.0, 0.5, 1.0, 1.5):
        submission.agrees_with(reference, lambda f=factor: (weights(4, 6, seed=4, factor=max(f, 0.1)), f), rtol=RTOL)


@graded(2, en="a weight at the threshold is 0", zh="恰在阈值上的权重取 0")
def test_ties(submission):
    # mean |w| = (0.5 + 0.5 + 1 + 2) / 4 = 1; factor 0.5 and 1 meet 0.5 and 1 exactly
    def make(factor):
        return np.array([0.5, -0.5, -1, 2]), factor

    submission.agrees_with(reference, lambda: make(0.5), rtol=RTOL)
    submission.agrees_with(reference, lambda: make(1.0), rtol=RTOL)


@graded(1, en="zeros are 0 whatever the factor, and count in the mean", zh="零总是 0，并计入平均")
def test_zeros(submission):
    def make(factor):
        # mean |w| = 3.5 / 8; without the zeros it would be 3.5 / 3, and 0.5 would not be above 0.7 of it
        return np.array([[0.0, -0.0, 2, 0], [0, -1, 0.5, 0]], np.float32), factor

    submission.agrees_with(reference, lambda: make(0.0), rtol=RTOL)
    submission.agrees_with(reference, lambda: make(0.7), rtol=RTOL)


@graded(2, en="nothing above the threshold: alpha is 0.0, not NaN", zh="没有权重超过阈值：alpha 为 0.0，而不是 NaN")
def test_nothing_is_kept(submission):
    submission.agrees_with(reference, lambda: (np.zeros((2, 3), np.float32),))
    submission.agrees_with(reference, lambda: (np.array([1.0, -1, 1]), 1.0))
    submission.agrees_with(reference, lambda: (weights(3, 3, seed=5), 50.0))


@graded(1, en="a single weight; all of one sign", zh="单个权重；全部同号")
def test_extremes(submission):
    submission.agrees_with(reference, lambda: (np.array([-0.75]),), rtol=RTOL)
    submission.agrees_with(reference, lambda: (-np.abs(weights(3, 5, seed=6)),), rtol=RTOL)


@graded(1, en="NaN and infinite weights are refused", zh="拒绝 NaN 和无穷大的权重")
def test_weights_that_are_not_finite_are_refused(submission):
    for bad in (np.nan, np.inf, -np.inf):
        submission.rejects(ValueError, lambda bad=bad: (np.array([[1.0, 2], [3, bad]]),))


@graded(1, en="an empty array is refused", zh="拒绝空数组")
def test_an_empty_array_is_refused(submission):
    submission.rejects(ValueError, lambda: (np.zeros((0, 3)),))


@graded(1, en="a factor that is negative or NaN is refused", zh="拒绝为负数或 NaN 的系数")
def test_bad_factors_are_refused(submission):
    submission.rejects(ValueError, lambda: (weights(2, 3), -0.7))
    submission.rejects(ValueError, lambda: (weights(2, 3), float("nan")))
