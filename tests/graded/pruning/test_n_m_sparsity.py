"""Graded checks of pruning/n_m_sparsity."""

import numpy as np

from minicompress.kit.grading import graded


def reference(w, n, m):
    """One group at a time, one weight at a time: take the largest that is left, the first among equals."""
    mask = np.zeros(w.shape, bool)
    for o, *position in np.ndindex(w.shape[0], *w.shape[2:]):
        for start in range(0, w.shape[1], m):
            left = list(range(start, start + m))
            for _ in range(n):
                best = max(left, key=lambda i, o=o, position=position: abs(w[(o, i, *position)]))
                mask[(o, best, *position)] = True
                left.remove(best)
    return mask


def weights(*shape, seed=0):
    """Different magnitudes with both signs, in float32: no ties."""
    rng = np.random.default_rng(seed)
    size = 1 + np.arange(np.prod(shape))
    return (rng.permutation(size) * rng.choice([-1, 1], size.size) / 64).reshape(shape).astype(np.float32)


@graded(2, en="a case worked by hand: 2:4 in two rows", zh="手算的例子：两行的 2:4")
def test_hand_worked_case(submission):
    # |w| = 1 4 3 2 | 5 6 8 7    keep 4 3 | 8 7
    #       9 1 2 3 | 1 2 3 9         9 3 | 3 9
    def make():
        w = [[1.0, -4, 3, 2, 5, 6, -8, 7], [-9, 1, 2, -3, 1, 2, 3, 9]]
        return np.array(w), 2, 4

    def by_hand(w, n, m):
        return np.array([[0, 1, 1, 0, 0, 0, 1, 1], [1, 0, 0, 1, 0, 0, 1, 1]], bool)

    submission.agrees_with(by_hand, make)


@graded(2, en="2:4 on a matrix, float32", zh="矩阵上的 2:4，float32")
def test_two_of_four(submission):
    submission.agrees_with(reference, lambda: (weights(4, 12), 2, 4))
    submission.agrees_with(reference, lambda: (weights(8, 4, seed=1), 2, 4))


@graded(2, en="any n:m: 1:4 keeps one, 3:4 three, 2:3, 4:8", zh="任意 n:m：1:4 保留一个，3:4 保留三个，2:3，4:8")
def test_other_patterns(submission):
    for n, m in [(1, 4), (3, 4), (2, 3), (4, 8), (1, 1), (1, 2)]:
        submission.agrees_with(reference, lambda n=n, m=m: (weights(3, 24, seed=n), n, m))


@graded(1, en="huge, tiny and close magnitudes, half precision", zh="极大、极小与相近的绝对值，半精度")
def test_huge_tiny_and_close_magnitudes(submission):
    def close():
        return 1 + weights(3, 12, seed=11).astype(np.float64) / 2**40

    half = (weights(5, 6, seed=8) * 64 * 1024).astype(np.float16)  # squares in float16 are infinite
    huge = weights(3, 8, seed=9) * np.float32(2.0**125)  # and in float32
    tiny = weights(2, 10, seed=10) * np.float32(2.0**-100)  # or 0
    for w, n, m in ((half, 1, 3), (huge, 3, 4), (tiny, 2, 5), (close(), 1, 4)):
        submission.agrees_with(reference, lambda w=w, n=n, m=m: (w.copy(), n, m))


@graded(1, en="n = m keeps everything; one row, one group", zh="n = m 时全部保留；单行单组")
def test_extremes(submission):
    submission.agrees_with(reference, lambda: (weights(2, 6), 3, 3))
    submission.agrees_with(reference, lambda: (weights(1, 5), 2, 5))
    submission.agrees_with(reference, lambda: (weights(1, 1), 1, 1))
    submission.agrees_with(reference, lambda: (weights(1, 3, 1, 1), 2, 3))


@graded(2, en="convolution kernels: groups run over the input channels", zh="卷积核：沿输入通道分组")
def test_convolution(submission):
    submission.agrees_with(reference, lambda: (weights(3, 8, 2, 5, seed=2), 2, 4))
    submission.agrees_with(reference, lambda: (weights(2, 4, 4, 2, seed=3), 1, 2))
    submission.agrees_with(reference, lambda: (weights(2, 3, 3, 3, seed=4), 2, 3))


@graded(
    2, en="equal magnitudes and zeros: exactly n stay, the first inputs", zh="绝对值相等或为零：恰好保留 n 个，编号小的"
)
def test_ties(submission):
    def equal():
        return np.array([[1.0, -1, 1, 1, 0.5, -2, 2, 2], [0, 0, 3, 0, -0.0, 0, 0, 0]]), 2, 4

    def rounded():
        return np.round(weights(4, 40, seed=5) / 2 * 3) / 3, 3, 20

    submission.agrees_with(reference, equal)
    submission.agrees_with(reference, rounded)
    submission.agrees_with(reference, lambda: (np.zeros((2, 4), np.float32), 1, 4))


@graded(1, en="a view that is not contiguous", zh="不连续的视图")
def test_views(submission):
    submission.agrees_with(reference, lambda: (weights(8, 6, seed=6).T, 2, 4))
    submission.agrees_with(reference, lambda: (weights(5, 16, seed=7)[::2, ::-2], 2, 4))
    submission.agrees_with(reference, lambda: (np.moveaxis(weights(3, 2, 5, 6, seed=12), -1, 1), 1, 3))
    submission.agrees_with(reference, lambda: (np.round(weights(8, 6, seed=13)).T, 3, 4))


@graded(1, en="inputs that m does not divide are refused, not padded", zh="m 不能整除输入数时拒绝，不补零")
def test_inputs_that_do_not_divide_are_refused(submission):
    submission.rejects(ValueError, lambda: (weights(4, 6), 2, 4))
    submission.rejects(ValueError, lambda: (weights(4, 2), 2, 4))
    submission.rejects(ValueError, lambda: (weights(2, 3, 2, 2), 1, 2))
    submission.rejects(ValueError, lambda: (weights(3, 4, 3, 3), 2, 3))
    submission.rejects(ValueError, lambda: (weights(8, 3), 2, 4))
    submission.rejects(ValueError, lambda: (weights(8), 2, 4))
    submission.rejects(ValueError, lambda: (np.array(0.5), 1, 1))


@graded(1, en="n outside 1 to m is refused", zh="拒绝超出 1 到 m 的 n")
def test_bad_pattern_is_refused(submission):
    for n, m in [(0, 4), (5, 4), (-1, 4), (1, 0), (0, 0), (2, -4)]:
        submission.rejects(ValueError, lambda n=n, m=m: (weights(4, 8), n, m))
