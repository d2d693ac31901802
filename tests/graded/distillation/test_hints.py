"""Graded checks of distillation/hints."""

import numpy as np

from minicompress.kit.grading import graded

TOLERANCE = {"rtol": 1e-4, "atol": 1e-6, "exact_arguments": True}


def reference(h_s, h_t, w, b):
    """One number of the regressor's output at a time, in float64."""
    n, loss = len(h_s), 0.0
    dh_s, dw, db = np.zeros(h_s.shape), np.zeros(w.shape), np.zeros(b.shape)
    for i, t, *at in np.ndindex(h_t.shape):
        inputs = [float(h_s[(i, c, *at)]) for c in range(h_s.shape[1])]
        r = float(b[t]) + sum(float(w[t, c]) * value for c, value in enumerate(inputs))
        dr = (r - float(h_t[(i, t, *at)])) / n
        loss += n * dr**2 / 2
        db[t] += dr
        for c, value in enumerate(inputs):
            dw[t, c] += dr * value
            dh_s[(i, c, *at)] += dr * float(w[t, c])
    return loss, dh_s, dw, db


def guided(n, student, teacher, *positions, seed=0, dtype=np.float64):
    """h_s, h_t, w, b with both signs, and a bias that matters."""
    rng = np.random.default_rng(seed)
    shapes = (n, student, *positions), (n, teacher, *positions), (teacher, student), (teacher,)
    return tuple(rng.normal(0.3, 1, shape).astype(dtype) for shape in shapes)


@graded(
    2, en="a case worked by hand: one sample, one feature against two", zh="手算的例子：一个样本，一个特征对两个特征"
)
def test_hand_worked_case(submission):
    # h_s = 2, w = (1, -1), b = (0, 1):  r = (2, -1).  h_t = (1, 3):  r - h_t = (1, -4),  L = (1 + 16) / 2 = 8.5.
    # n = 1:  dr = (1, -4),  dh_s = 1 * 1 + (-1)(-4) = 5,  dw = (1 * 2, -4 * 2) = (2, -8),  db = (1, -4).
    def make():
        return np.array([[2.0]]), np.array([[1.0, 3.0]]), np.array([[1.0], [-1.0]]), np.array([0.0, 1.0])

    def by_hand(h_s, h_t, w, b):
        return 8.5, np.array([[5.0]]), np.array([[2.0], [-8.0]]), np.array([1.0, -4.0])

    submission.agrees_with(by_hand, make, **TOLERANCE)


@graded(2, en="fully connected features, a wider teacher", zh="全连接层的特征，教师更宽")
def test_features(submission):
    submission.agrees_with(reference, lambda: guided(5, 3, 7), **TOLERANCE)
    submission.agrees_with(reference, lambda: guided(4, 2, 5, seed=1, dtype=np.float32), **TOLERANCE)


@graded(3, en="maps: the regressor works at each position", zh="特征图：回归层在每个位置上计算")
def test_maps(submission):
    submission.agrees_with(reference, lambda: guided(3, 2, 5, 3, 4, seed=2), **TOLERANCE)
    submission.agrees_with(reference, lambda: guided(2, 4, 3, 2, 3, seed=3), **TOLERANCE)
    submission.agrees_with(reference, lambda: guided(2, 3, 4, 4, 1, seed=4, dtype=np.float32), **TOLERANCE)


@graded(1, en="equal widths: w is not symmetric", zh="宽度相同：w 不对称")
def test_equal_widths(submission):
    submission.agrees_with(reference, lambda: guided(4, 3, 3, seed=5), **TOLERANCE)
    submission.agrees_with(reference, lambda: guided(5, 3, 3, 2, 4, seed=6), **TOLERANCE)


@graded(1, en="one sample, one feature, one position; zeros", zh="单样本、单特征、单位置；零")
def test_single(submission):
    submission.agrees_with(reference, lambda: guided(1, 1, 1, seed=7), **TOLERANCE)
    submission.agrees_with(reference, lambda: guided(1, 2, 3, 1, 1, seed=8), **TOLERANCE)
    # The gradients are 0 as the arguments are, and must be new arrays all the same.
    submission.agrees_with(reference, lambda: tuple(0 * a for a in guided(2, 5, 3, 4, 1)), **TOLERANCE)
    submission.agrees_with(reference, lambda: tuple(0 * a for a in guided(2, 5, 3)), **TOLERANCE)


@graded(1, en="large and small activations", zh="很大与很小的激活")
def test_activations_of_any_size(submission):
    def scaled(factor):
        h_s, h_t, w, b = guided(3, 2, 4, 5, 1, seed=10)
        return factor * h_s, factor * h_t, w, factor * b

    for factor in (1e6, 1e-2):
        submission.agrees_with(reference, lambda factor=factor: scaled(factor), **TOLERANCE)


@graded(1, en="views that are not contiguous", zh="不连续的视图")
def test_views(submission):
    def views():
        h_s, h_t, w, b = guided(4, 4, 3, 4, 3, seed=9)
        return h_s.transpose(1, 0, 3, 2)[::2], h_t.transpose(0, 1, 3, 2)[::2], w[:, ::-1], b[::-1]

    submission.agrees_with(reference, views, **TOLERANCE)


@graded(1, en="maps of another size and other samples are refused, not broadcast", zh="尺寸或样本不同时拒绝，不做广播")
def test_what_does_not_fit_is_refused(submission):
    for other in [(2, 5, 1, 4), (2, 5, 3, 1), (1, 5, 3, 4), (2, 5, 4, 3), (2, 5, 6, 8), (2, 5, 2, 6), (2, 5, 12, 1)]:
        submission.rejects(
            ValueError, lambda other=other: (np.ones((2, 3, 3, 4)), np.ones(other), np.ones((5, 3)), np.ones(5))
        )
    submission.rejects(ValueError, lambda: (np.ones((4, 3)), np.ones((1, 5)), np.ones((5, 3)), np.ones(5)))
    for one, other in [((2, 3, 1, 1), (2, 5)), ((2, 3), (2, 5, 1, 1))]:
        submission.rejects(
            ValueError, lambda one=one, other=other: (np.ones(one), np.ones(other), np.ones((5, 3)), np.ones(5))
        )


@graded(1, en="a regressor of another shape is refused", zh="拒绝形状不符的回归层")
def test_regressor_that_does_not_fit_is_refused(submission):
    for w, b in [((3, 5), 5), ((5, 1), 5), ((1, 3), 5), ((5, 3), 1), ((5, 3), 3), ((5, 3, 1, 1), 5), ((3,), 5)]:
        submission.rejects(ValueError, lambda w=w, b=b: (np.ones((4, 3)), np.ones((4, 5)), np.ones(w), np.ones(b)))
    for n, b in [(4, (5, 1)), (5, (5, 1)), (4, (1, 5)), (5, (5, 5)), (4, ())]:
        submission.rejects(ValueError, lambda n=n, b=b: (np.ones((n, 3)), np.ones((n, 5)), np.ones((5, 3)), np.ones(b)))
    for w in [(1, 5, 3), (15,)]:
        submission.rejects(ValueError, lambda w=w: (np.ones((4, 3)), np.ones((4, 5)), np.ones(w), np.ones(5)))


@graded(1, en="arrays without two or four axes and empty ones are refused", zh="拒绝非二维、非四维或为空的数组")
def test_other_shapes_are_refused(submission):
    for one, other in [
        ((4,), (4,)),
        ((4, 3), (4,)),
        ((4,), (4, 5)),
        ((2, 3, 4), (2, 5, 4)),
        ((2, 3, 2, 2, 2), (2, 5, 2, 2, 2)),
    ]:
        submission.rejects(
            ValueError, lambda one=one, other=other: (np.ones(one), np.ones(other), np.ones((5, 3)), np.ones(5))
        )
    for sizes in [(0, 3), (2, 3, 0, 4), (2, 3, 4, 0)]:
        teacher = (sizes[0], 5, *sizes[2:])
        submission.rejects(ValueError, lambda s=sizes, t=teacher: (np.ones(s), np.ones(t), np.ones((5, 3)), np.ones(5)))
    submission.rejects(ValueError, lambda: (np.ones((2, 0)), np.ones((2, 5)), np.ones((5, 0)), np.ones(5)))
    submission.rejects(ValueError, lambda: (np.ones((2, 3)), np.ones((2, 0)), np.ones((0, 3)), np.ones(0)))
