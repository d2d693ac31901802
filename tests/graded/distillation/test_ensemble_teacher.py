"""Graded checks of distillation/ensemble_teacher."""

import math

import numpy as np

from minicompress.kit.grading import graded

TOLERANCE = {"rtol": 1e-4, "atol": 1e-6, "exact_arguments": True}


def reference(logits, temperature, weights):
    """One sample, one teacher and one class at a time, in Python floats."""
    M, n, classes = logits.shape
    total = math.fsum(float(w) for w in weights)
    p = np.zeros((n, classes))
    for i in range(n):
        for m in range(M):
            z = [float(value) / temperature for value in logits[m, i]]
            e = [math.exp(value - max(z)) for value in z]
            for c in range(classes):
                p[i, c] += float(weights[m]) / total * e[c] / math.fsum(e)
    return p


def teachers(M, n, classes, T=4.0, weights=None, *, seed=0, spread=3.0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    z = rng.normal(0, spread, (M, n, classes)).astype(dtype)
    return z, T, np.ones(M) if weights is None else np.array(weights)


@graded(2, en="a case worked by hand: two teachers, two classes, T = 2", zh="手算的例子：两个教师、两类、T = 2")
def test_hand_worked_case(submission):
    # z_1 / 2 = (ln 3, 0): (3/4, 1/4).   z_2 / 2 = (0, ln 7): (1/8, 7/8).   w = (1, 3) / 4.
    # p = 1/4 (3/4, 1/4) + 3/4 (1/8, 7/8) = (6/32 + 3/32, 2/32 + 21/32) = (9/32, 23/32)
    def make():
        z = np.array([[[2 * math.log(3), 0.0]], [[0.0, 2 * math.log(7)]]])
        return z, 2.0, np.array([1.0, 3.0])

    def by_hand(logits, temperature, weights):
        return np.array([[9 / 32, 23 / 32]])

    submission.agrees_with(by_hand, make, **TOLERANCE)


@graded(3, en="teachers of equal weight at several temperatures", zh="权重相等的教师，多种温度")
def test_equal_weights(submission):
    for T in (4.0, 1.0, 0.5, 20):
        submission.agrees_with(reference, lambda T=T: teachers(3, 4, 5, T, seed=1), **TOLERANCE)


@graded(2, en="weights of any scale: only their ratios count", zh="权重的尺度任意：只看比例")
def test_weights_of_any_scale(submission):
    for weights in (
        [0.5, 0.2, 0.3],
        [3.0, 1, 4],
        [1e-3, 2e-3, 0],
        [200, 100, 700],
        [1e-30, 5e-30, 2e-30],
        [3e30, 1e30, 0],
    ):
        submission.agrees_with(reference, lambda w=weights: teachers(3, 2, 4, 3.0, w, seed=2), **TOLERANCE)


@graded(
    2,
    en="as many teachers as samples and classes: the shape does not tell the axes apart",
    zh="教师数、样本数、类别数相同：形状本身看不出哪一轴是什么",
)
def test_equal_sizes(submission):
    submission.agrees_with(reference, lambda: teachers(3, 3, 3, 2.0, [1.0, 2, 5], seed=3), **TOLERANCE)
    submission.agrees_with(reference, lambda: teachers(4, 4, 2, 5.0, [1.0, 0, 2, 5], seed=4), **TOLERANCE)


@graded(
    1,
    en="a single teacher, a single sample, a single class; teachers that agree",
    zh="只有一个教师、一个样本、一个类别；意见一致的教师",
)
def test_single_and_alike(submission):
    def alike():
        z, T, _ = teachers(1, 3, 4, seed=5)
        return np.concatenate([z, z - 100, z + 7]), T, np.array([1.0, 1, 1])  # softmax does not see the constant

    submission.agrees_with(reference, lambda: teachers(1, 3, 4, 2.0, [0.3], seed=5), **TOLERANCE)
    submission.agrees_with(reference, lambda: teachers(3, 1, 4, 2.0, seed=6), **TOLERANCE)
    submission.agrees_with(reference, lambda: teachers(2, 3, 1, 2.0, seed=7), **TOLERANCE)
    submission.agrees_with(reference, alike, **TOLERANCE)


@graded(
    2,
    en="a very confident teacher has no more say than its weight; logits in the thousands",
    zh="非常自信的教师也只有其权重那么大的发言权；logits 上千",
)
def test_sure_teacher(submission):
    def sure():
        return np.array([[[4000.0, 0, -10]], [[0.0, 1, 3]], [[-1.0, 2, 2]]]), 1.5, np.array([1.0, 2, 2])

    submission.agrees_with(reference, sure, **TOLERANCE)
    submission.agrees_with(reference, lambda: teachers(3, 5, 4, 2.0, seed=8, spread=2000.0), **TOLERANCE)


@graded(1, en="tiny and huge logits and temperatures", zh="极小与极大的 logits 和温度")
def test_logits_and_temperatures_of_any_size(submission):
    for T in (1e-10, 1e-3, 1e10):
        submission.agrees_with(
            reference, lambda T=T: teachers(3, 4, 5, T, [2.0, 1, 5], seed=11, spread=2.5 * T), **TOLERANCE
        )
    submission.agrees_with(reference, lambda: teachers(3, 4, 5, 2.0, seed=12, spread=1e12), **TOLERANCE)
    submission.agrees_with(reference, lambda: teachers(2, 4, 5, 1e-12, seed=13, spread=3e-12), **TOLERANCE)


@graded(
    1,
    en="narrow integer weights; a result that equals the weights is new",
    zh="窄整数的权重；与权重相等的结果也须是新数组",
)
def test_narrow_weights_and_new_arrays(submission):
    for dtype in (np.uint8, np.int8, np.uint16, np.int64):
        submission.agrees_with(
            reference, lambda d=dtype: teachers(3, 4, 5, 2.0, np.array([120, 100, 50], d), seed=14), **TOLERANCE
        )
    submission.agrees_with(reference, lambda: (np.ones((1, 1, 1)), 2.0, np.array([1.0])), **TOLERANCE)


@graded(1, en="float32, views, integer weights", zh="float32、视图、整数权重")
def test_dtypes_and_views(submission):
    def views():
        z, T, _ = teachers(6, 4, 6, seed=9)
        return z[::-2, ::2, 1::2], T, np.array([3, 0, 1])

    submission.agrees_with(reference, lambda: teachers(3, 4, 5, seed=10, dtype=np.float32), **TOLERANCE)
    submission.agrees_with(reference, views, **TOLERANCE)


@graded(1, en="shapes that do not fit are refused", zh="形状不符时拒绝")
def test_shapes_are_refused(submission):
    for z, w in [
        ((3, 4), 3),
        ((3,), 3),
        ((3, 4, 5), 4),
        ((3, 4, 5), 5),
        ((3, 4, 5), 1),
        ((3, 2, 2, 2), 3),
        ((3, 3, 4, 2), 3),
        ((3, 1, 4, 2), 3),
    ]:
        submission.rejects(ValueError, lambda z=z, w=w: (np.ones(z), 2.0, np.ones(w)))
    for w in ((3, 1), (1, 3), (3, 3)):
        submission.rejects(ValueError, lambda w=w: (np.ones((3, 4, 5)), 2.0, np.ones(w)))


@graded(1, en="T not finite or <= 0 and invalid weights are refused", zh="拒绝非有限或非正的 T、无效的权重")
def test_bad_options_are_refused(submission):
    for T in (0, -2.0, math.nan, math.inf):
        submission.rejects(ValueError, lambda T=T: teachers(2, 3, 4, T))
    for weights in ([0.0, 0], [1.0, -0.5], [1.0, math.nan], [1.0, math.inf], [-1.0, -1]):
        submission.rejects(ValueError, lambda weights=weights: teachers(2, 3, 4, 2.0, weights))
