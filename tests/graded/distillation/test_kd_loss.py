"""Graded checks of distillation/kd_loss."""

import math

import numpy as np

from minicompress.kit.grading import graded

TOLERANCE = {"rtol": 1e-4, "atol": 1e-5, "exact_arguments": True}


def reference(z_s, z_t, temperature, labels, alpha):
    """One sample and one class at a time, in Python floats."""
    T, n, losses, dz_s = float(temperature), len(z_s), [], np.zeros(z_s.shape)
    for k, label in enumerate(labels):
        log_p_s, log_p_t, log_p = (logs(z[k], T) for z, T in ((z_s, T), (z_t, T), (z_s, 1.0)))
        soft = math.fsum(math.exp(t) * (t - s) for s, t in zip(log_p_s, log_p_t, strict=True))
        losses.append(alpha * T * T * soft - (1 - alpha) * log_p[label])
        for c in range(z_s.shape[1]):
            d_soft = (math.exp(log_p_s[c]) - math.exp(log_p_t[c])) * T
            d_hard = math.exp(log_p[c]) - (c == label)
            dz_s[k, c] = (alpha * d_soft + (1 - alpha) * d_hard) / n
    return math.fsum(losses) / n, dz_s


def logs(z, T):
    z = [float(value) / T for value in z]
    log_sum = max(z) + math.log(math.fsum(math.exp(value - max(z)) for value in z))
    return [value - log_sum for value in z]


def batch(n, classes, T=4.0, alpha=0.6, *, seed=0, spread=2.0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    # Multiples of 1/256, so that float32 holds logits in the thousands too.
    z_s, z_t = (np.round(rng.normal(0, spread, (2, n, classes)) * 256) / 256).astype(dtype)
    return z_s, z_t, T, rng.integers(0, classes, n), alpha


@graded(2, en="a case worked by hand: two samples, three classes, T = 5", zh="手算的例子：两个样本、三类、T = 5")
def test_hand_worked_case(submission):
    # z_t / 5 = (ln 3, ln 2, 0): p_t = (3 2 1) / 6    z_s / 5 =    (0 0 0): p_s = (1 1 1) / 3    label 1
    #           (0, 0, ln 2):          (1 1 2) / 4              (ln 2 0 0):       (2 1 1) / 4          0
    # KL = 1/2 ln(3/2) + 1/6 ln(1/2) = 1/2 ln 3 - 2/3 ln 2    and    1/4 ln(1/2) + 1/2 ln 2 = 1/4 ln 2
    # soft = 25/2 (1/2 ln 3 - 5/12 ln 2)         d_soft = 5 (-1 0 1) / 6 and 5 (1 0 -1) / 4, over 2
    # At T = 1: p = (1 1 1) / 3 and (32 1 1) / 34, hard = (ln 3 + ln(17/16)) / 2,
    #                                            d_hard = (1 -2 1) / 3 and (-2 1 1) / 34, over 2
    # alpha = 3/4: dz_s = (-13 -4 17) / 48 and (251 2 -253) / 544
    ln2, ln3 = math.log(2), math.log(3)

    def make():
        z_s, z_t = np.array([[0.0, 0, 0], [5 * ln2, 0, 0]]), np.array([[5 * ln3, 5 * ln2, 0], [0, 0, 5 * ln2]])
        return z_s, z_t, 5.0, np.array([1, 0]), 0.75

    def by_hand(z_s, z_t, temperature, labels, alpha):
        soft, hard = 12.5 * (ln3 / 2 - 5 / 12 * ln2), (ln3 + math.log(17 / 16)) / 2
        return 0.75 * soft + 0.25 * hard, np.array([[-13 / 48, -4 / 48, 17 / 48], [251 / 544, 2 / 544, -253 / 544]])

    submission.agrees_with(by_hand, make, **TOLERANCE)


@graded(3, en="the soft term alone, alpha = 1, at several temperatures", zh="只有软损失（alpha = 1），多种温度")
def test_soft_term(submission):
    for T in (1.0, 4.0, 0.5, 20):
        submission.agrees_with(reference, lambda T=T: batch(5, 6, T, 1.0, seed=1), **TOLERANCE)


@graded(
    2, en="the mixture: alpha weighs the soft term, labels are at T = 1", zh="混合：alpha 加在软损失上，硬损失用 T = 1"
)
def test_mixture(submission):
    for T, alpha in [(4.0, 0.9), (3, 0.25), (0.5, 0.5), (1.0, 0.3)]:
        submission.agrees_with(reference, lambda T=T, alpha=alpha: batch(7, 6, T, alpha, seed=2), **TOLERANCE)


@graded(1, en="alpha = 0 trains on labels alone", zh="alpha = 0 即只用标签训练")
def test_labels_alone(submission):
    submission.agrees_with(reference, lambda: batch(6, 3, 5.0, 0, seed=3), **TOLERANCE)
    submission.agrees_with(reference, lambda: batch(6, 3, 5.0, 1, seed=3), **TOLERANCE)


@graded(
    1,
    en="a student that differs from the teacher by a constant has soft loss 0; one class",
    zh="与教师只差一个常数的学生软损失为 0；只有一类",
)
def test_perfect_student(submission):
    def shifted():
        _, z_t, T, labels, _ = batch(4, 5, 3.0, seed=4)
        return z_t + np.array([[3.0], [-50], [0], [700]]), z_t, T, labels, 1.0

    submission.agrees_with(reference, shifted, **TOLERANCE)
    submission.agrees_with(reference, lambda: batch(3, 1, seed=4), **TOLERANCE)
    submission.agrees_with(reference, lambda: batch(1, 5, seed=5), **TOLERANCE)
    # One class and logits of 0: dz_s has the values of z_s, and must be new all the same.
    submission.agrees_with(
        reference, lambda: (np.zeros((3, 1)), np.ones((3, 1)), 2.0, np.zeros(3, int), 0.5), **TOLERANCE
    )


@graded(
    2,
    en="logits in the thousands: finite where probabilities round to 0",
    zh="logits 上千：概率舍入为 0 时仍有限",
)
def test_large_logits(submission):
    def opposed():
        return np.array([[0.0, 4000, -10]]), np.array([[4000.0, 0, 20]]), 2.0, np.array([0]), 0.5

    submission.agrees_with(reference, opposed, **TOLERANCE)
    submission.agrees_with(reference, lambda: batch(5, 4, 1.5, 0.7, seed=6, spread=1500.0), **TOLERANCE)


@graded(1, en="float32, views, labels of another integer dtype", zh="float32、视图、其他整数类型的标签")
def test_dtypes_and_views(submission):
    def views():
        z_s, z_t, T, labels, alpha = batch(10, 6, seed=7)
        return z_s[::-2, ::2], z_t[::2, ::-2], T, labels[:5].astype(np.uint8) % 3, alpha

    submission.agrees_with(reference, lambda: batch(4, 3, 2.0, 0.5, seed=8, dtype=np.float32), **TOLERANCE)
    submission.agrees_with(reference, views, **TOLERANCE)


@graded(1, en="labels of narrow integer dtypes beside many classes", zh="窄整数类型的标签与很多类别")
def test_narrow_labels(submission):
    # Three rows of 150 are 450 numbers: more than a uint8, let alone an int8, can count.
    def make(dtype, last):
        z_s, z_t, T, _, alpha = batch(3, 150, 2.5, 0.25, seed=9)
        return z_s, z_t, T, np.array([3, last, 76], dtype), alpha

    for dtype, last in ((np.uint8, 149), (np.int8, 127), (np.uint64, 149)):
        submission.agrees_with(reference, lambda dtype=dtype, last=last: make(dtype, last), **TOLERANCE)


@graded(
    1,
    en="a tiny T with teacher's logits as tiny, and a huge student",
    zh="极小的 T、同样小的教师 logits 与极大的学生 logits",
)
def test_tiny_and_huge(submission):
    def make(T, of_student):
        z_s, z_t, _, labels, _ = batch(5, 4, seed=10)
        return z_s * of_student, z_t * T, T, labels, 1.0

    submission.agrees_with(reference, lambda: batch(5, 4, 3.0, 0.25, seed=11, spread=1e19), **TOLERANCE)
    submission.agrees_with(reference, lambda: make(1e-6, 1e8), **TOLERANCE)
    submission.agrees_with(reference, lambda: make(1e-16, 1e20), **TOLERANCE)


@graded(1, en="shapes that do not fit are refused, not broadcast", zh="形状不符时拒绝，不广播")
def test_shapes_are_refused(submission):
    labels = np.array([0, 1, 2])
    for s, t, k in [((3, 4), (3, 5), 3), ((3, 4), (1, 4), 3), ((3, 4), (4,), 3), ((4,), (4,), 3), ((3, 4), (3, 4), 2)]:
        submission.rejects(ValueError, lambda s=s, t=t, k=k: (np.ones(s), np.ones(t), 2.0, labels[:k], 0.5))
    submission.rejects(ValueError, lambda: (np.ones((1, 3)), np.ones((3, 3)), 2.0, labels, 0.5))
    submission.rejects(ValueError, lambda: (np.ones((3, 4)), np.ones((3, 4)), 2.0, labels[:, None], 0.5))
    submission.rejects(ValueError, lambda: (np.ones((3, 3, 2)), np.ones((3, 3, 2)), 2.0, labels, 0.5))
    for t in [(3, 1), (4, 3), (12,), (2, 6), (1, 3, 4), (3, 4, 1), (1, 1), ()]:
        submission.rejects(ValueError, lambda t=t: (np.ones((3, 4)), np.ones(t), 2.0, labels, 0.5))
    for k in [(1,), (4,), (1, 3), (3, 3), ()]:
        submission.rejects(ValueError, lambda k=k: (np.ones((3, 4)), np.ones((3, 4)), 2.0, np.zeros(k, int), 0.5))
    submission.rejects(ValueError, lambda: (np.ones((3, 1)), np.ones((3, 4)), 2.0, labels, 0.5))
    submission.rejects(ValueError, lambda: (np.array(1.0), np.array(1.0), 2.0, np.array([0]), 0.5))


@graded(1, en="a temperature that is not finite and positive is refused", zh="拒绝非有限或非正的温度")
def test_bad_temperature_is_refused(submission):
    for T in (0, -2.0, math.nan, math.inf, -math.inf):
        submission.rejects(ValueError, lambda T=T: batch(3, 4, T))


@graded(1, en="an alpha outside [0, 1] is refused", zh="拒绝 [0, 1] 外的 alpha")
def test_bad_alpha_is_refused(submission):
    for alpha in (-0.1, 1.01, math.nan, 2, -1, math.inf):
        submission.rejects(ValueError, lambda alpha=alpha: batch(3, 4, 2.0, alpha))
