"""Graded checks of distillation/decoupled_kd."""

import math

import numpy as np

from minicompress.kit.grading import graded

TOLERANCE = {"rtol": 1e-4, "atol": 1e-5, "exact_arguments": True}


def reference(z_s, z_t, labels, temperature, alpha, beta):
    """One sample and one class at a time, in Python floats; the gradient by the chain rule through log p."""
    T, n, losses, dz_s = float(temperature), len(z_s), [], np.zeros(z_s.shape)
    for k, y in enumerate(int(label) for label in labels):
        others = [c for c in range(z_s.shape[1]) if c != y]
        s, t = ([float(value) / T for value in z[k]] for z in (z_s, z_t))
        rest_s, rest_t = (log_sum([z[c] for c in others]) for z in (s, t))
        all_s, all_t = log_sum([s[y], rest_s]), log_sum([t[y], rest_t])
        b_s, b_t = math.exp(s[y] - all_s), math.exp(t[y] - all_t)
        target = b_t * (t[y] - all_t - s[y] + all_s)
        target += math.exp(rest_t - all_t) * (rest_t - all_t - rest_s + all_s)
        non_target = 0.0
        dz_s[k, y] = alpha * T * (b_s - b_t) / n
        for c in others:
            q_s, q_t = math.exp(s[c] - rest_s), math.exp(t[c] - rest_t)
            non_target += q_t * (t[c] - rest_t - s[c] + rest_s)
            dz_s[k, c] = T * (beta * (q_s - q_t) + alpha * (b_t - b_s) * q_s) / n
        losses.append(T * T * (alpha * target + beta * non_target))
    return math.fsum(losses) / n, dz_s


def log_sum(z):
    return max(z) + math.log(math.fsum(math.exp(value - max(z)) for value in z))


def batch(n, classes, T=4.0, alpha=1.0, beta=8.0, *, seed=0, spread=2.0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    z_s, z_t = rng.normal(0, spread, (2, n, classes)).astype(dtype)
    return z_s, z_t, rng.integers(0, classes, n), T, alpha, beta


@graded(2, en="a case worked by hand: one sample, three classes, T = 2", zh="手算的例子：一个样本、三类、T = 2")
def test_hand_worked_case(submission):
    # Label 1. z_t / 2 = (ln 3, ln 4, 0): p_t = (3, 4, 1) / 8, so b_t = 1/2, q_t = (3/4, 1/4) on classes 0 and 2.
    # z_s = 0: p_s = 1/3 each, so b_s = 1/3, q_s = (1/2, 1/2).
    # TCKD = 1/2 ln(3/2) + 1/2 ln(3/4) = ln 3 - 3/2 ln 2     NCKD = 3/4 ln(3/2) + 1/4 ln(1/2) = 3/4 ln 3 - ln 2
    # alpha 3, beta 2: loss = 4 (3 TCKD + 2 NCKD) = 18 ln 3 - 26 ln 2.
    # b_s - b_t = -1/6.  dz_s[1] = 2 * 3 (-1/6) = -1.
    # dz_s[0] = 2 (2 (1/2 - 3/4) + 3 * 1/6 * 1/2) = -1/2;  dz_s[2] = 2 (2 (1/2 - 1/4) + 3 * 1/6 * 1/2) = 3/2.
    def make():
        return np.zeros((1, 3)), np.array([[2 * math.log(3), 2 * math.log(4), 0.0]]), np.array([1]), 2.0, 3.0, 2.0

    def by_hand(z_s, z_t, labels, temperature, alpha, beta):
        return 18 * math.log(3) - 26 * math.log(2), np.array([[-0.5, -1.0, 1.5]])

    submission.agrees_with(by_hand, make, **TOLERANCE)


@graded(2, en="the other classes alone, alpha = 0, at several temperatures", zh="只有其余各类（alpha = 0），多种温度")
def test_non_target(submission):
    for T in (1.0, 4.0, 0.5, 20):
        submission.agrees_with(reference, lambda T=T: batch(5, 4, T, 0, 1.5, seed=1), **TOLERANCE)


@graded(2, en="the target class alone, beta = 0", zh="只有目标类（beta = 0）")
def test_target(submission):
    for T in (1.0, 3.0, 0.5):
        submission.agrees_with(reference, lambda T=T: batch(6, 5, T, 0.7, 0, seed=2), **TOLERANCE)


@graded(2, en="both, with weights of their own", zh="两部分各有权重")
def test_both(submission):
    for T, alpha, beta in [(4.0, 1.0, 8.0), (2, 0.5, 3), (0.5, 2.0, 0.25), (1.0, 1.0, 1.0)]:
        submission.agrees_with(reference, lambda o=(T, alpha, beta): batch(4, 6, *o, seed=3), **TOLERANCE)


@graded(
    1,
    en="the label counts, also where the teacher errs, and where classes tie",
    zh="以标签为准，教师判错或各类并列时也是",
)
def test_teacher_that_errs(submission):
    def wrong_teacher():
        z_s = np.array([[0.0, 1, 2, -1], [3, 3, 3, 3], [-1, -2, -3, 0]])
        return z_s, np.array([[5.0, 1, 0, -2], [0, 0, 0, 4], [2, 2, 2, 2]]), np.array([2, 1, 3]), 2.0, 1.0, 2.0

    submission.agrees_with(reference, wrong_teacher, **TOLERANCE)


@graded(1, en="two classes; one sample; a student that is the teacher", zh="两类；单样本；学生等于教师")
def test_small(submission):
    def shifted():
        _, z_t, labels, *options = batch(4, 5, seed=4)
        z_t = np.round(8 * z_t) / 8  # so that float32 holds z_t + 700 as it is
        return z_t + np.array([[3.0], [-50], [0], [700]]), z_t, labels, *options

    submission.agrees_with(reference, lambda: batch(3, 2, seed=4), **TOLERANCE)
    submission.agrees_with(reference, lambda: batch(1, 4, seed=5), **TOLERANCE)
    submission.agrees_with(reference, shifted, **TOLERANCE)


@graded(2, en="a confident teacher, and logits in the thousands: finite", zh="自信的教师、上千的 logits：结果有限")
def test_large_logits(submission):
    def sure():
        z_s = np.array([[90.0, 4, 2, -1], [0, 7, -2, 5], [1, 80, 0, 2]])
        return z_s, np.array([[100.0, 1, 3, 2], [3, 120, 1, 0], [90, 2, 1, 0]]), np.array([0, 1, 1]), 1.0, 1.0, 3.0

    def opposed():
        z_s = np.array([[4000.0, 0, -20, 10], [-3000, 4, 2, 0], [0, 2500, 1, 2]])
        return z_s, np.array([[5000.0, 30, 0, -20], [3000, 1, 2, 3], [0, 1, 4, 9]]), np.array([0, 0, 1]), 2.0, 1.0, 8.0

    def below_any_mask():  # the other classes of the first sample lie far below a filled-in -1e9
        z_s = np.array([[3.0, -5e10, -7e10, -6e10], [1, 2, 0, 5]])
        return z_s, np.array([[2.0, -6e10, -5e10, -8e10], [3, 1, 0, 2]]), np.array([0, 2]), 1.5, 0.7, 2.0

    submission.agrees_with(reference, sure, **TOLERANCE)
    submission.agrees_with(reference, opposed, **TOLERANCE)
    submission.agrees_with(reference, below_any_mask, **TOLERANCE)
    submission.agrees_with(reference, lambda: batch(5, 4, 1.5, 0.7, 2.0, seed=6, spread=1500.0), **TOLERANCE)
    submission.agrees_with(reference, lambda: batch(5, 4, 1.5, 0.7, 2.0, seed=9, spread=1e12), **TOLERANCE)


@graded(1, en="float32, views, labels of another integer dtype", zh="float32、视图、其他整数类型的标签")
def test_dtypes_and_views(submission):
    def views():
        z_s, z_t, labels, *options = batch(8, 6, seed=7)
        return z_s[::-2, ::2], z_t[::2, ::-2], labels[:4].astype(np.uint8) % 3, *options

    submission.agrees_with(reference, lambda: batch(4, 3, 2.0, 0.5, 2.0, seed=8, dtype=np.float32), **TOLERANCE)
    submission.agrees_with(reference, views, **TOLERANCE)


@graded(1, en="both weights 0; labels of narrow dtypes; new arrays", zh="两个权重都为 0；窄类型的标签；新数组")
def test_weights_of_zero_and_narrow_labels(submission):
    submission.agrees_with(reference, lambda: batch(4, 3, 2.0, 0, 0, seed=10), **TOLERANCE)

    def all_zero():  # dz_s has the values of the logits, 0, and must be new all the same
        return np.zeros((5, 3)), np.zeros((5, 3)), np.array([0, 2, 1, 1, 0]), 2.0, 1.5, 4.0

    def many_classes(classes, dtype, last):
        z_s, z_t, _, *options = batch(3, classes, seed=11)
        return z_s, z_t, np.array([3, last, 76], dtype), *options

    submission.agrees_with(reference, all_zero, **TOLERANCE)
    for many in ((150, np.uint8, 149), (150, np.int8, 127), (300, np.int16, 299)):
        submission.agrees_with(reference, lambda many=many: many_classes(*many), **TOLERANCE)


@graded(1, en="shapes that do not fit, and a single class, are refused", zh="拒绝不符的形状与单个类别")
def test_shapes_are_refused(submission):
    labels = np.array([0, 1, 2])
    for t in [(3, 5), (1, 4), (4,), (3, 1), (4, 3), (2, 6), (3, 4, 1), (1, 3, 4)]:
        submission.rejects(ValueError, lambda t=t: (np.ones((3, 4)), np.ones(t), labels.copy(), 2.0, 1.0, 8.0))
    for k in [(1,), (4,), (1, 3), ()]:
        submission.rejects(ValueError, lambda k=k: (np.ones((3, 4)), np.ones((3, 4)), np.zeros(k, int), 2.0, 1.0, 8.0))
    for s, t, k in [((3, 1), (3, 4), 3), ((4,), (4,), 3), ((3, 4), (3, 4), 2)]:
        submission.rejects(ValueError, lambda s=s, t=t, k=k: (np.ones(s), np.ones(t), labels[:k], 2.0, 1.0, 8.0))
    submission.rejects(ValueError, lambda: (np.ones((1, 3)), np.ones((3, 3)), labels, 2.0, 1.0, 8.0))
    submission.rejects(ValueError, lambda: (np.ones((3, 4)), np.ones((3, 4)), labels[:, None], 2.0, 1.0, 8.0))
    submission.rejects(ValueError, lambda: (np.ones((3, 3, 2)), np.ones((3, 3, 2)), labels, 2.0, 1.0, 8.0))
    submission.rejects(ValueError, lambda: (np.ones((3, 1)), np.ones((3, 1)), 0 * labels, 2.0, 1.0, 8.0))


@graded(
    1,
    en="T not finite or <= 0, weights negative or not finite are refused",
    zh="拒绝非有限或非正的 T、负的或非有限的权重",
)
def test_bad_options_are_refused(submission):
    for T in (0, -2.0, math.nan, math.inf):
        submission.rejects(ValueError, lambda T=T: batch(3, 4, T))
    for weight in (-0.1, math.nan, math.inf):
        submission.rejects(ValueError, lambda weight=weight: batch(3, 4, 2.0, weight))
        submission.rejects(ValueError, lambda weight=weight: batch(3, 4, 2.0, 1.0, weight))
