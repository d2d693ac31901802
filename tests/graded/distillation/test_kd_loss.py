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
    z_s, z_t = rng.normal(0, spread, (2, n, classes)).astype(dtype)
    return z_s, z_t, T, rng.integers(0, classes, n), alpha


@graded(2, en="a case worked by hand: one sample, two classes, T = 2", zh="手算的例子：一个样本、两类、T = 2")
def test_hand_worked_case(submission):
    # z_t / 2 = (ln 3, 0): p_t = (3/4, 1/4).  z_s = (0, 0): p_s = (1/2, 1/2).  Label 1.
    # soft = 4 (3/4 ln(3/2) + 1/4 ln(1/2)) = 3 ln 3 - 4 ln 2      d_soft = 2 (1/2 - 3/4, 1/2 - 1/4) = (-1/2, 1/2)
    # hard = ln 2                                                 d_hard = (1/2, 1/2 - 1) = (1/2, -1/2)
    # alpha = 3/4: loss = 9/4 ln 3 - 3 ln 2 + 1/4 ln 2, dz_s = 3/4 (-1/2, 1/2) + 1/4 (1/2, -1/2) = (-1/4, 1/4)
    def make():
        return np.zeros((1, 2)), np.array([[2 * math.log(3), 0.0]]), 2.0, np.array([1]), 0.75

    def by_hand(z_s, z_t, temperature, labels, alpha):
        return 2.25 * math.log(3) - 2.75 * math.log(2), np.array([[-0.25, 0.25]])

    submission.agrees_with(by_hand, make, **TOLERANCE)


@graded(3, en="the soft term alone, alpha = 1, at several temperatures", zh="只有软损失（alpha = 1），多种温度")
def test_soft_term(submission):
    for T in (1.0, 4.0, 0.5, 20):
        submission.agrees_with(reference, lambda T=T: batch(5, 4, T, 1.0, seed=1), **TOLERANCE)


@graded(
    2, en="the mixture: alpha weighs the soft term, labels are at T = 1", zh="混合：alpha 加在软损失上，硬损失用 T = 1"
)
def test_mixture(submission):
    for T, alpha in [(4.0, 0.9), (3, 0.25), (0.5, 0.5), (1.0, 0.3)]:
        submission.agrees_with(reference, lambda T=T, alpha=alpha: batch(4, 6, T, alpha, seed=2), **TOLERANCE)


@graded(1, en="alpha = 0 is the training on labels alone", zh="alpha = 0 即只用标签训练")
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
        _, z_t, T, labels, _ = batch(4, 5, seed=4)
        return z_t + np.array([[3.0], [-50], [0], [700]]), z_t, T, labels, 1.0

    submission.agrees_with(reference, shifted, **TOLERANCE)
    submission.agrees_with(reference, lambda: batch(3, 1, seed=4), **TOLERANCE)
    submission.agrees_with(reference, lambda: batch(1, 4, seed=5), **TOLERANCE)


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
        z_s, z_t, T, labels, alpha = batch(8, 6, seed=7)
        return z_s[::-2, ::2], z_t[::2, ::-2], T, labels[:4].astype(np.uint8) % 3, alpha

    submission.agrees_with(reference, lambda: batch(4, 3, 2.0, 0.5, seed=8, dtype=np.float32), **TOLERANCE)
    submission.agrees_with(reference, views, **TOLERANCE)


@graded(1, en="shapes that do not fit are refused, not broadcast", zh="形状不符时拒绝，不广播")
def test_shapes_are_refused(submission):
    labels = np.array([0, 1, 2])
    for s, t, k in [((3, 4), (3, 5), 3), ((3, 4), (1, 4), 3), ((3, 4), (4,), 3), ((4,), (4,), 3), ((3, 4), (3, 4), 2)]:
        submission.rejects(ValueError, lambda s=s, t=t, k=k: (np.ones(s), np.ones(t), 2.0, labels[:k], 0.5))
    submission.rejects(ValueError, lambda: (np.ones((1, 3)), np.ones((3, 3)), 2.0, labels, 0.5))
    submission.rejects(ValueError, lambda: (np.ones((3, 4)), np.ones((3, 4)), 2.0, labels[:, None], 0.5))
    submission.rejects(ValueError, lambda: (np.ones((3, 3, 2)), np.ones((3, 3, 2)), 2.0, labels, 0.5))


@graded(1, en="T not finite or <= 0, alpha outside [0, 1] are refused", zh="拒绝非有限或非正的 T、[0, 1] 外的 alpha")
def test_bad_options_are_refused(submission):
    for T in (0, -2.0, math.nan, math.inf):
        submission.rejects(ValueError, lambda T=T: batch(3, 4, T))
    for alpha in (-0.1, 1.01, math.nan, 2):
        submission.rejects(ValueError, lambda alpha=alpha: batch(3, 4, 2.0, alpha))
